/*
 * A server in C: it counts.
 *
 * Others spawn it by the name of its export, `counter`, and send it messages: 8 bytes process id of
 * who asks, then 8 bytes that are added. The answer has the tag of the question, and the sum.
 * A message of any other size makes it fail, with a text.
 *
 *   clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry -I../../guest-sdk-c counter.c -o counter.wasm
 *   zig cc -target wasm32-freestanding -O2 -nostdlib -Wl,--no-entry -I../../guest-sdk-c counter.c -o counter.wasm
 */
#include "selene.h"

struct question {
  uint64_t asker;
  int64_t change;
};

static void fail(const char *text) {
  size_t length = 0;
  while (text[length]) {
    length++;
  }
  selene_process_fail(text, length);
}

SELENE_EXPORT("counter")
void counter(int64_t sum) {
  /* Needs version 1.0 of the imports: an older virtual machine refuses the module. */
  selene_version_needs_1_0();
  selene_process_set_label("counter in C", 12);
  for (;;) {
    if (lunatic_message_receive(0, 0, SELENE_FOREVER) != SELENE_DATA) {
      continue;
    }
    struct question question;
    if (lunatic_message_data_size() != sizeof question) {
      fail("a question has 16 bytes");
    }
    lunatic_message_read_data(&question, sizeof question);
    int64_t tag = lunatic_message_get_tag();
    sum += question.change;
    lunatic_message_create_data(tag, sizeof sum);
    lunatic_message_write_data(&sum, sizeof sum);
    lunatic_message_send(question.asker);
  }
}
