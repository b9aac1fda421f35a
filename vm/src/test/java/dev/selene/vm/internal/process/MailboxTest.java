package dev.selene.vm.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.selene.host.DataMessage;
import dev.selene.host.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxTest {
  /** Generated histories against a plain list; long enough to cross the index's threshold. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyTake_equalsAScanOfAPlainList(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Mailbox mailbox = new Mailbox();
    List<Message> model = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    int growing = 60;
    for (int step = 0; step < 20_000; step++) {
      if (step % 500 == 0) {
        growing = random.nextInt(25, 75);
      }
      if (random.nextInt(100) < growing) {
        Message message = new DataMessage(random.nextInt(6));
        numbers.add(mailbox.arrivals());
        mailbox.add(message);
        model.add(message);
        continue;
      }
      switch (random.nextInt(3)) {
        case 0 -> {
          Message expected = model.isEmpty() ? null : model.getFirst();
          assertSame(expected, mailbox.takeOldest(), "seed " + seed + " step " + step);
          forget(model, numbers, expected);
        }
        case 1 -> {
          long[] tags = random.longs(random.nextInt(4), 0, 7).toArray();
          Message expected = null;
          for (Message candidate : model) {
            if (expected == null && candidate.tag() != 0 && has(tags, candidate.tag())) {
              expected = candidate;
            }
          }
          assertSame(expected, mailbox.takeOldest(tags), "seed " + seed + " step " + step);
          forget(model, numbers, expected);
        }
        default -> {
          long mark = Math.max(0, mailbox.arrivals() - random.nextInt(50));
          long tag = random.nextInt(7);
          Message expected = null;
          for (int i = 0; i < model.size() && expected == null; i++) {
            if (numbers.get(i) >= mark && tag != 0 && model.get(i).tag() == tag) {
              expected = model.get(i);
            }
          }
          assertSame(
              expected, mailbox.takeArrivedAfter(mark, tag), "seed " + seed + " step " + step);
          forget(model, numbers, expected);
        }
      }
      assertEquals(model.size(), mailbox.size());
    }
  }

  private static boolean has(long[] tags, long tag) {
    for (long candidate : tags) {
      if (candidate == tag) {
        return true;
      }
    }
    return false;
  }

  private static void forget(List<Message> model, List<Long> numbers, Message message) {
    for (int i = 0; i < model.size(); i++) {
      if (model.get(i) == message) {
        model.remove(i);
        numbers.remove(i);
        return;
      }
    }
  }

  @Test
  void tagZeroInAList_matchesNothing() {
    Mailbox mailbox = new Mailbox();
    mailbox.add(new DataMessage(0));
    assertNull(mailbox.takeOldest(new long[] {0}));
    assertEquals(1, mailbox.size());
  }
}
