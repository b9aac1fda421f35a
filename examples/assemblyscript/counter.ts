// A server in AssemblyScript: it counts.
//
// Others spawn it by the name of its export, `counter`, and send it messages: 8 bytes process id of
// who asks, then 8 bytes that are added. The answer has the tag of the question, and the sum.
// A message of any other size makes it fail, with a text.
//
//   npx asc counter.ts -O --runtime stub --use abort= -o counter.wasm
import {
  lunatic_message_create_data,
  lunatic_message_data_size,
  lunatic_message_get_tag,
  lunatic_message_read_data,
  lunatic_message_receive,
  lunatic_message_send,
  lunatic_message_write_data,
  selene_process_fail,
  selene_version_needs_1_0,
} from "../../guest-sdk-assemblyscript/selene";

const FOREVER: i64 = -1;
const DATA: i32 = 0;

function fail(text: string): void {
  const bytes = String.UTF8.encode(text);
  selene_process_fail(changetype<usize>(bytes), bytes.byteLength);
}

export function counter(sum: i64): void {
  selene_version_needs_1_0();
  const buffer = changetype<usize>(new ArrayBuffer(16));
  while (true) {
    if (lunatic_message_receive(0, 0, FOREVER) != DATA) continue;
    if (lunatic_message_data_size() != 16) fail("a question has 16 bytes");
    lunatic_message_read_data(buffer, 16);
    const tag = lunatic_message_get_tag();
    sum += load<i64>(buffer, 8);
    store<i64>(buffer, sum, 8);
    lunatic_message_create_data(tag, 8);
    lunatic_message_write_data(buffer + 8, 8);
    lunatic_message_send(load<u64>(buffer));
  }
}
