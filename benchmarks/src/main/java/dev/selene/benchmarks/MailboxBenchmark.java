package dev.selene.benchmarks;

import dev.selene.host.Message;
import dev.selene.vm.Mailbox;
import dev.selene.vm.Vm;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** One message into a mailbox and out of it again, on one thread: the queue and the accounting. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-opens", "java.base/java.lang=ALL-UNNAMED"})
public class MailboxBenchmark {
  private static final int BATCH = 100;

  /** Size of a message in bytes. */
  @Param({"8", "1024"})
  public int size = 8;

  private Vm vm;
  private Mailbox sender;
  private Mailbox receiver;
  private byte[] data;

  /** Makes two mailboxes. */
  @Setup(Level.Trial)
  public void open() {
    vm = Vm.builder().workers(1).build();
    sender = vm.newMailbox(null);
    receiver = vm.newMailbox(null);
    data = new byte[size];
  }

  /** Closes them. */
  @TearDown(Level.Trial)
  public void close() {
    sender.close();
    receiver.close();
    vm.close();
  }

  /**
   * A batch in, then the batch out.
   *
   * @param sink takes the messages
   * @throws InterruptedException never, unless JMH gives up
   */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void sendAndReceive(Blackhole sink) throws InterruptedException {
    for (int count = 0; count < BATCH; count++) {
      if (!sender.send(receiver.id(), 0, data)) {
        throw new IllegalStateException("the mailbox refused message " + count);
      }
    }
    for (int count = 0; count < BATCH; count++) {
      Message message = receiver.receive(Duration.ZERO);
      if (message == null) {
        throw new IllegalStateException("message " + count + " is missing");
      }
      sink.consume(message);
    }
  }
}
