// The imports of Selene for AssemblyScript.
//
// Made from the annotations of the import classes by GuestBindingsTest. What each import does,
// and the layouts, are described in docs/abi.md. Addresses and lengths are `usize`.

// Gives an error up.
// @ts-ignore: decorator
@external("lunatic::error", "drop")
export declare function lunatic_error_drop(
  error: u64): void;

// The number of UTF-8 bytes of an error's text.
// @ts-ignore: decorator
@external("lunatic::error", "string_size")
export declare function lunatic_error_string_size(
  error: u64): i32;

// Writes an error's text, `string_size` bytes without a NUL.
// @ts-ignore: decorator
@external("lunatic::error", "to_string")
export declare function lunatic_error_to_string(
  error: u64,
  address: usize): void;

// Loads a module from memory. 0: its id was written. 1: an error id was written. -1: the caller may
// not compile modules, nothing was written.
// @ts-ignore: decorator
@external("lunatic::process", "compile_module")
export declare function lunatic_process_compile_module(
  binary: usize,
  binary_length: usize,
  id_out: usize): i32;

// 1 if both the configuration and the caller may compile modules, else 0.
// @ts-ignore: decorator
@external("lunatic::process", "config_can_compile_modules")
export declare function lunatic_process_config_can_compile_modules(
  config: u64): i32;

// 1 if both the configuration and the caller may create configurations, else 0.
// @ts-ignore: decorator
@external("lunatic::process", "config_can_create_configs")
export declare function lunatic_process_config_can_create_configs(
  config: u64): i32;

// 1 if both the configuration and the caller may spawn, else 0.
// @ts-ignore: decorator
@external("lunatic::process", "config_can_spawn_processes")
export declare function lunatic_process_config_can_spawn_processes(
  config: u64): i32;

// The limit on fuel in units of 100,000 instructions, at most the caller's own; 0 is unlimited.
// @ts-ignore: decorator
@external("lunatic::process", "config_get_max_fuel")
export declare function lunatic_process_config_get_max_fuel(
  config: u64): i64;

// The limit on memory in bytes, at most the caller's own.
// @ts-ignore: decorator
@external("lunatic::process", "config_get_max_memory")
export declare function lunatic_process_config_get_max_memory(
  config: u64): i64;

// Sets whether the process may compile modules; not 0 is yes.
// @ts-ignore: decorator
@external("lunatic::process", "config_set_can_compile_modules")
export declare function lunatic_process_config_set_can_compile_modules(
  config: u64,
  allowed: i32): void;

// Sets whether the process may create configurations; not 0 is yes.
// @ts-ignore: decorator
@external("lunatic::process", "config_set_can_create_configs")
export declare function lunatic_process_config_set_can_create_configs(
  config: u64,
  allowed: i32): void;

// Sets whether the process may spawn; not 0 is yes.
// @ts-ignore: decorator
@external("lunatic::process", "config_set_can_spawn_processes")
export declare function lunatic_process_config_set_can_spawn_processes(
  config: u64,
  allowed: i32): void;

// Sets the limit on fuel, in units of 100,000 instructions; 0 is unlimited.
// @ts-ignore: decorator
@external("lunatic::process", "config_set_max_fuel")
export declare function lunatic_process_config_set_max_fuel(
  config: u64,
  units: i64): void;

// Sets the limit on memory, in bytes.
// @ts-ignore: decorator
@external("lunatic::process", "config_set_max_memory")
export declare function lunatic_process_config_set_max_memory(
  config: u64,
  bytes: i64): void;

// A new configuration that permits nothing but the network and databases, as far as the caller may
// use them; returns its id, or -1 when the caller may not create configurations.
// @ts-ignore: decorator
@external("lunatic::process", "create_config")
export declare function lunatic_process_create_config(): i64;

// 0: failures of links become messages. Else: the caller fails too, as at spawn.
// @ts-ignore: decorator
@external("lunatic::process", "die_when_link_dies")
export declare function lunatic_process_die_when_link_dies(
  die: i32): void;

// Gives a configuration up.
// @ts-ignore: decorator
@external("lunatic::process", "drop_config")
export declare function lunatic_process_drop_config(
  config: u64): void;

// Gives a module up; processes that run it are not affected.
// @ts-ignore: decorator
@external("lunatic::process", "drop_module")
export declare function lunatic_process_drop_module(
  module_: u64): void;

// The caller's environment.
// @ts-ignore: decorator
@external("lunatic::process", "environment_id")
export declare function lunatic_process_environment_id(): i64;

// 1 while a process lives in the caller's environment.
// @ts-ignore: decorator
@external("lunatic::process", "exists")
export declare function lunatic_process_exists(
  target: u64): i32;

// Spawns a process under a name, unless a living process has it. 0: spawned. 1: an error id was
// written as the id, and the name stays free. 2: the name is taken, nothing was spawned. Node and
// id are written in all three cases.
// @ts-ignore: decorator
@external("lunatic::process", "get_or_spawn")
export declare function lunatic_process_get_or_spawn(
  name: usize,
  name_length: usize,
  link: i64,
  config: i64,
  module_: i64,
  function_: usize,
  function_length: usize,
  parameters: usize,
  parameters_length: usize,
  node_out: usize,
  id_out: usize): i32;

// Ends a process; an unknown process is ignored.
// @ts-ignore: decorator
@external("lunatic::process", "kill")
export declare function lunatic_process_kill(
  target: u64): void;

// Links the caller and a process; tag 0 is none. When that is dead or unknown, the caller gets a
// link death.
// @ts-ignore: decorator
@external("lunatic::process", "link")
export declare function lunatic_process_link(
  tag: i64,
  target: u64): void;

// Asks for a message when a process ends; an unknown process is ignored.
// @ts-ignore: decorator
@external("lunatic::process", "monitor")
export declare function lunatic_process_monitor(
  target: u64): void;

// The caller's process id, never 0 or -1.
// @ts-ignore: decorator
@external("lunatic::process", "process_id")
export declare function lunatic_process_process_id(): u64;

// Sleeps for so many milliseconds.
// @ts-ignore: decorator
@external("lunatic::process", "sleep_ms")
export declare function lunatic_process_sleep_ms(
  millis: i64): void;

// Spawns a process that calls an exported function. A link other than 0 links both and is the tag
// the caller sees. Parameters are records of 17 bytes: type (0x7F i32, 0x7E i64, 0x7B v128), then
// 16 bytes of value. 0: the process id was written. 1: an error id was written. Traps when the
// caller may not spawn.
// @ts-ignore: decorator
@external("lunatic::process", "spawn")
export declare function lunatic_process_spawn(
  link: i64,
  config: i64,
  module_: i64,
  function_: usize,
  function_length: usize,
  parameters: usize,
  parameters_length: usize,
  id_out: usize): i32;

// Undoes `monitor`.
// @ts-ignore: decorator
@external("lunatic::process", "stop_monitoring")
export declare function lunatic_process_stop_monitoring(
  target: u64): void;

// Removes a link; an unknown process is ignored.
// @ts-ignore: decorator
@external("lunatic::process", "unlink")
export declare function lunatic_process_unlink(
  target: u64): void;

// Replaces the scratch message by an empty data message. Tag 0 is none. The capacity is a hint that
// any value is good for: memory grows, and is charged, as data comes.
// @ts-ignore: decorator
@external("lunatic::message", "create_data")
export declare function lunatic_message_create_data(
  tag: i64,
  capacity: i64): void;

// All bytes of the scratch message, wherever the read position is.
// @ts-ignore: decorator
@external("lunatic::message", "data_size")
export declare function lunatic_message_data_size(): i64;

// The process whose death the scratch message tells of; 0 for other messages.
// @ts-ignore: decorator
@external("lunatic::message", "get_process_id")
export declare function lunatic_message_get_process_id(): u64;

// The tag of the scratch message of any kind, 0 for none.
// @ts-ignore: decorator
@external("lunatic::message", "get_tag")
export declare function lunatic_message_get_tag(): i64;

// Attaches a module to the scratch message and returns its index; the sender keeps it.
// @ts-ignore: decorator
@external("lunatic::message", "push_module")
export declare function lunatic_message_push_module(
  module_: u64): i64;

// Moves a TCP stream into the scratch message and returns its index.
// @ts-ignore: decorator
@external("lunatic::message", "push_tcp_stream")
export declare function lunatic_message_push_tcp_stream(
  stream: u64): i64;

// Moves a TLS stream into the scratch message and returns its index.
// @ts-ignore: decorator
@external("lunatic::message", "push_tls_stream")
export declare function lunatic_message_push_tls_stream(
  stream: u64): i64;

// Moves a UDP socket into the scratch message and returns its index.
// @ts-ignore: decorator
@external("lunatic::message", "push_udp_socket")
export declare function lunatic_message_push_udp_socket(
  socket: u64): i64;

// Copies from the scratch message's read position, at most so many bytes, and moves the position
// on. Returns the number copied, 0 at the end. Traps when the position is behind the end.
// @ts-ignore: decorator
@external("lunatic::message", "read_data")
export declare function lunatic_message_read_data(
  buffer: usize,
  buffer_length: usize): i32;

// Waits for the oldest message with one of the tags, of any kind when there are none; 0 among the
// tags matches nothing. At most 65,536 tags. The timeout is in milliseconds, -1 for ever. 0: a data
// message is in the scratch area. 1: a link died. 2: a process died. 9027: timed out, the scratch
// is as it was.
// @ts-ignore: decorator
@external("lunatic::message", "receive")
export declare function lunatic_message_receive(
  tags: usize,
  tag_count: usize,
  timeout_millis: i64): i32;

// Sets the scratch message's read position.
// @ts-ignore: decorator
@external("lunatic::message", "seek_data")
export declare function lunatic_message_seek_data(
  position: i64): void;

// Takes the scratch message and sends it. Always 0: a message to a dead or unknown process is
// dropped.
// @ts-ignore: decorator
@external("lunatic::message", "send")
export declare function lunatic_message_send(
  target: u64): i32;

// Sends the scratch message, then waits for one with the tag that arrives after the call began; tag
// 0 never matches. The timeout is in milliseconds, -1 for ever. 0: the answer is the scratch
// message. 9027: timed out, the scratch area is empty.
// @ts-ignore: decorator
@external("lunatic::message", "send_receive_skip_search")
export declare function lunatic_message_send_receive_skip_search(
  target: u64,
  tag: i64,
  timeout_millis: i64): i32;

// Moves the module at an index of the scratch message into the caller's table and returns its id.
// The other indexes stay. Traps when there is no module at the index.
// @ts-ignore: decorator
@external("lunatic::message", "take_module")
export declare function lunatic_message_take_module(
  index: i64): i64;

// Moves the TCP stream at an index into the caller's table and returns its id.
// @ts-ignore: decorator
@external("lunatic::message", "take_tcp_stream")
export declare function lunatic_message_take_tcp_stream(
  index: i64): i64;

// Moves the TLS stream at an index into the caller's table and returns its id.
// @ts-ignore: decorator
@external("lunatic::message", "take_tls_stream")
export declare function lunatic_message_take_tls_stream(
  index: i64): i64;

// Moves the UDP socket at an index into the caller's table and returns its id.
// @ts-ignore: decorator
@external("lunatic::message", "take_udp_socket")
export declare function lunatic_message_take_udp_socket(
  index: i64): i64;

// Appends bytes to the scratch message and returns their number. Traps when the message would be
// over 2 GiB.
// @ts-ignore: decorator
@external("lunatic::message", "write_data")
export declare function lunatic_message_write_data(
  data: usize,
  data_length: usize): i32;

// Stops a timer. 1 if it had not fired yet, else 0; an unknown id is 0 too.
// @ts-ignore: decorator
@external("lunatic::timer", "cancel_timer")
export declare function lunatic_timer_cancel_timer(
  timer: u64): i32;

// Takes the scratch message and sends it after a delay in milliseconds. The target is looked up
// now; to an unknown one nothing is ever delivered. Returns the timer's id. Traps when the scratch
// area is empty.
// @ts-ignore: decorator
@external("lunatic::timer", "send_after")
export declare function lunatic_timer_send_after(
  target: u64,
  delay_millis: i64): u64;

// Looks a name up. 0: node and process id were written. 1: not found, nothing was written.
// @ts-ignore: decorator
@external("lunatic::registry", "get")
export declare function lunatic_registry_get(
  name: usize,
  name_length: usize,
  node_out: usize,
  process_out: usize): i32;

// Gives a process a name; an old entry is overwritten. Names have at most 65,536 bytes.
// @ts-ignore: decorator
@external("lunatic::registry", "put")
export declare function lunatic_registry_put(
  name: usize,
  name_length: usize,
  node: i64,
  target: u64): void;

// Removes a name; nothing happens when there is none.
// @ts-ignore: decorator
@external("lunatic::registry", "remove")
export declare function lunatic_registry_remove(
  name: usize,
  name_length: usize): void;

// Calls the guest's export `_lunatic_catch_trap(function, argument)` and returns its result; 0 when
// anything in there trapped. A kill is not caught. Traps when there is no such export.
// @ts-ignore: decorator
@external("lunatic::trap", "catch")
export declare function lunatic_trap_catch_trap(
  function_: i32,
  argument: i32): i32;

// 0
// @ts-ignore: decorator
@external("lunatic::version", "major")
export declare function lunatic_version_major(): i32;

// 13
// @ts-ignore: decorator
@external("lunatic::version", "minor")
export declare function lunatic_version_minor(): i32;

// 2
// @ts-ignore: decorator
@external("lunatic::version", "patch")
export declare function lunatic_version_patch(): i32;

// Appends a command-line argument to a configuration; the first is argv[0].
// @ts-ignore: decorator
@external("lunatic::wasi", "config_add_command_line_argument")
export declare function lunatic_wasi_config_add_command_line_argument(
  config: u64,
  argument: usize,
  argument_length: usize): void;

// Appends an environment variable to a configuration; duplicates are kept.
// @ts-ignore: decorator
@external("lunatic::wasi", "config_add_environment_variable")
export declare function lunatic_wasi_config_add_environment_variable(
  config: u64,
  key: usize,
  key_length: usize,
  value: usize,
  value_length: usize): void;

// Adds a folder under its own name to a configuration; `~` is the home folder. Opened at the spawn,
// within what the spawning process may use itself.
// @ts-ignore: decorator
@external("lunatic::wasi", "config_preopen_dir")
export declare function lunatic_wasi_config_preopen_dir(
  config: u64,
  path: usize,
  path_length: usize): void;

// Adds to a counter.
// @ts-ignore: decorator
@external("lunatic::metrics", "counter")
export declare function lunatic_metrics_counter(
  name: usize,
  name_length: usize,
  value: i64): void;

// Subtracts from a gauge.
// @ts-ignore: decorator
@external("lunatic::metrics", "decrement_gauge")
export declare function lunatic_metrics_decrement_gauge(
  name: usize,
  name_length: usize,
  value: f64): void;

// Sets a gauge.
// @ts-ignore: decorator
@external("lunatic::metrics", "gauge")
export declare function lunatic_metrics_gauge(
  name: usize,
  name_length: usize,
  value: f64): void;

// Records a value in a histogram.
// @ts-ignore: decorator
@external("lunatic::metrics", "histogram")
export declare function lunatic_metrics_histogram(
  name: usize,
  name_length: usize,
  value: f64): void;

// Adds 1 to a counter.
// @ts-ignore: decorator
@external("lunatic::metrics", "increment_counter")
export declare function lunatic_metrics_increment_counter(
  name: usize,
  name_length: usize): void;

// Adds to a gauge.
// @ts-ignore: decorator
@external("lunatic::metrics", "increment_gauge")
export declare function lunatic_metrics_increment_gauge(
  name: usize,
  name_length: usize,
  value: f64): void;

// Copies node ids that were looked up. Traps without a cluster.
// @ts-ignore: decorator
@external("lunatic::distributed", "copy_lookup_nodes_results")
export declare function lunatic_distributed_copy_lookup_nodes_results(
  query_id: i64,
  nodes: usize,
  maximum: usize,
  error_out: usize): i32;

// A server certificate signed by an authority. Traps without a cluster.
// @ts-ignore: decorator
@external("lunatic::distributed", "default_server_certificates")
export declare function lunatic_distributed_default_server_certificates(
  certificate: usize,
  certificate_length: usize,
  key: usize,
  key_length: usize,
  length_out: usize): i32;

// Looks nodes up by their attributes. Traps without a cluster.
// @ts-ignore: decorator
@external("lunatic::distributed", "exec_lookup_nodes")
export declare function lunatic_distributed_exec_lookup_nodes(
  query: usize,
  query_length: usize,
  query_id_out: usize,
  count_out: usize,
  error_out: usize): i32;

// Writes up to so many node ids and returns how many: 0 without a cluster.
// @ts-ignore: decorator
@external("lunatic::distributed", "get_nodes")
export declare function lunatic_distributed_get_nodes(
  nodes: usize,
  maximum: usize): i32;

// The cluster's id of the caller's module: 0 without a cluster.
// @ts-ignore: decorator
@external("lunatic::distributed", "module_id")
export declare function lunatic_distributed_module_id(): i64;

// This node's id: 0 without a cluster.
// @ts-ignore: decorator
@external("lunatic::distributed", "node_id")
export declare function lunatic_distributed_node_id(): i64;

// The number of nodes: 0 without a cluster.
// @ts-ignore: decorator
@external("lunatic::distributed", "nodes_count")
export declare function lunatic_distributed_nodes_count(): i32;

// Sends to a process on a node. Traps without a cluster.
// @ts-ignore: decorator
@external("lunatic::distributed", "send")
export declare function lunatic_distributed_send(
  node: i64,
  target: u64): i32;

// Sends to a process on a node and waits. Traps without a cluster.
// @ts-ignore: decorator
@external("lunatic::distributed", "send_receive_skip_search")
export declare function lunatic_distributed_send_receive_skip_search(
  node: i64,
  target: u64,
  tag: i64,
  timeout_millis: i64): i32;

// A node's certificate signed by an authority. Traps without a cluster.
// @ts-ignore: decorator
@external("lunatic::distributed", "sign_node")
export declare function lunatic_distributed_sign_node(
  certificate: usize,
  certificate_length: usize,
  key: usize,
  key_length: usize,
  request: usize,
  request_length: usize,
  length_out: usize): i32;

// Spawns on a node. Traps without a cluster.
// @ts-ignore: decorator
@external("lunatic::distributed", "spawn")
export declare function lunatic_distributed_spawn(
  node: i64,
  config: i64,
  module_id: i64,
  function_: usize,
  function_length: usize,
  parameters: usize,
  parameters_length: usize,
  id_out: usize): i32;

// The test certificate authority. Traps without a cluster.
// @ts-ignore: decorator
@external("lunatic::distributed", "test_root_cert")
export declare function lunatic_distributed_test_root_cert(
  length_out: usize): i32;

// Does nothing. Who needs version 1.0 of the selene imports imports this: a virtual machine without
// that version refuses the module when it is loaded.
// @ts-ignore: decorator
@external("selene::version", "1.0")
export declare function selene_version_needs_1_0(): void;

// As `1.0`, for what needs version 1.1. Since 1.1.
// @ts-ignore: decorator
@external("selene::version", "1.1")
export declare function selene_version_needs_1_1(): void;

// 1
// @ts-ignore: decorator
@external("selene::version", "major")
export declare function selene_version_major(): i32;

// 1
// @ts-ignore: decorator
@external("selene::version", "minor")
export declare function selene_version_minor(): i32;

// Undoes `monitor`, as `unlink` does.
// @ts-ignore: decorator
@external("selene::process", "demonitor")
export declare function selene_process_demonitor(
  reference: i64): void;

// Ends the caller: normally with code 0, else with the exit reason `exited`.
// @ts-ignore: decorator
@external("selene::process", "exit")
export declare function selene_process_exit(
  code: i32): void;

// Traps with kind panic and this text, of which 2,000 characters are kept; malformed UTF-8 is
// replaced.
// @ts-ignore: decorator
@external("selene::process", "fail")
export declare function selene_process_fail(
  text: usize,
  text_length: usize): void;

// Writes as much of the caller's label as fits and returns its size in bytes.
// @ts-ignore: decorator
@external("selene::process", "label")
export declare function selene_process_label(
  buffer: usize,
  buffer_length: usize): i32;

// Links the caller and a process and returns the link's reference, never 0. `own` is what the
// caller does when the target ends, `other` what the target does when the caller ends: 0 nothing, 1
// is told of failures, 2 is told of every end, 3 dies of failures, 4 dies of every end. Told is a
// process death with the tag, exactly one. A dead or unknown target counts as one that failed with
// `no process`, at once.
// @ts-ignore: decorator
@external("selene::process", "link")
export declare function selene_process_link(
  target: u64,
  own: i32,
  other: i32,
  tag: i64): i64;

// Asks for one process death with the tag: `link` with modes 2 and 0.
// @ts-ignore: decorator
@external("selene::process", "monitor")
export declare function selene_process_monitor(
  target: u64,
  tag: i64): i64;

// Names the caller for people, in logs and crash reports; at most 1,024 bytes, none to take it
// back.
// @ts-ignore: decorator
@external("selene::process", "set_label")
export declare function selene_process_set_label(
  label: usize,
  label_length: usize): void;

// Spawns a process that calls an exported function. Parameters are those of
// `lunatic::process::spawn`. Name and label may be empty. `own` and `other` are link modes as in
// `link`, 0 and 0 for no link. Flag 1: the scratch message becomes the child's first message. All
// of it is in place before the child's first instruction. 0: process id and link reference were
// written. 1: an error id was written. 2: a living process has the name, its id was written. On 1
// and 2 the scratch message stays, unless a start function failed. Traps when the caller may not
// spawn.
// @ts-ignore: decorator
@external("selene::process", "spawn")
export declare function selene_process_spawn(
  config: i64,
  module_: i64,
  function_: usize,
  function_length: usize,
  parameters: usize,
  parameters_length: usize,
  name: usize,
  name_length: usize,
  label: usize,
  label_length: usize,
  own: i32,
  other: i32,
  tag: i64,
  flags: i32,
  out: usize): i32;

// Makes a data message of these bytes the scratch message, and spawns as `spawn` does with flag 1:
// it becomes the child's first message. Since 1.1.
// @ts-ignore: decorator
@external("selene::process", "spawn_data")
export declare function selene_process_spawn_data(
  config: i64,
  module_: i64,
  function_: usize,
  function_length: usize,
  parameters: usize,
  parameters_length: usize,
  name: usize,
  name_length: usize,
  label: usize,
  label_length: usize,
  own: i32,
  other: i32,
  tag: i64,
  message_tag: i64,
  data: usize,
  data_length: usize,
  out: usize): i32;

// Undoes a link by its reference: no message of it comes any more, and one in the mailbox is
// removed. An unknown reference is ignored.
// @ts-ignore: decorator
@external("selene::process", "unlink")
export declare function selene_process_unlink(
  reference: i64): void;

// Writes as much as fits of the exit reason that the scratch message tells of, a link or process
// death, and returns its size in bytes. See the layout of exit reasons. Traps when the scratch
// message is no death.
// @ts-ignore: decorator
@external("selene::message", "exit_reason")
export declare function selene_message_exit_reason(
  buffer: usize,
  buffer_length: usize): i32;

// The process whose end the scratch message tells of, a link or process death; 0 for a data
// message.
// @ts-ignore: decorator
@external("selene::message", "process_id")
export declare function selene_message_process_id(): u64;

// As `lunatic::message::receive`, and then as `read_data`: copies as much of a data message as fits
// and moves the read position on. Returns what `receive` returns in bits 0 to 15; 1 in bit 16 when
// something is attached to the message; in bits 17 to 31 its tag, or 32,767 when that does not fit,
// and `get_tag` tells it; in the upper 32 bits its size in bytes, 0 for a death. Since 1.1.
// @ts-ignore: decorator
@external("selene::message", "receive_data")
export declare function selene_message_receive_data(
  tags: usize,
  tag_count: usize,
  timeout_millis: i64,
  buffer: usize,
  buffer_length: usize): i64;

// The reference of the link that the scratch message is about; 0 for data messages and for links
// and monitors of `lunatic::process`.
// @ts-ignore: decorator
@external("selene::message", "reference")
export declare function selene_message_reference(): i64;

// Sends the scratch message, then waits for a message with the tag that arrives after the call
// began, or for the target's end; an answer sent before the end wins. Traps when the tag is 0. The
// timeout is in milliseconds, -1 for ever. 0: the answer is the scratch message. 1: the mailbox is
// full, nothing was sent. 2: the target ended, and the scratch message is a process death with the
// tag. 9027: timed out, the scratch area is empty.
// @ts-ignore: decorator
@external("selene::message", "request")
export declare function selene_message_request(
  target: u64,
  tag: i64,
  timeout_millis: i64): i32;

// Makes a data message of these bytes the scratch message and does what `request` does, and then as
// `read_data`: copies as much of the answer as fits. Returns what `request` returns in bits 0 to
// 15, the rest as `receive_data`. Since 1.1.
// @ts-ignore: decorator
@external("selene::message", "request_data")
export declare function selene_message_request_data(
  target: u64,
  tag: i64,
  data: usize,
  data_length: usize,
  answer_tag: i64,
  timeout_millis: i64,
  buffer: usize,
  buffer_length: usize): i64;

// Sends a data message of these bytes, as `create_data`, `write_data` and `send` do. The scratch
// area stays as it is. Always 0. Traps when the message would be over 2 GiB. Since 1.1.
// @ts-ignore: decorator
@external("selene::message", "send_data")
export declare function selene_message_send_data(
  target: u64,
  tag: i64,
  data: usize,
  data_length: usize): i32;

// Sends the scratch message as soon as there is room; who waits is served in order. The timeout is
// in milliseconds, -1 for ever. 0: sent. 1: there will never be room: the message is larger than
// the mailbox, or the mailbox is the caller's own. 2: there is no such process, or not any more.
// 9027: timed out. It stays in the scratch area unless it was sent.
// @ts-ignore: decorator
@external("selene::message", "send_timeout")
export declare function selene_message_send_timeout(
  target: u64,
  timeout_millis: i64): i32;

// Sends the scratch message. 0: sent. 1: the mailbox is full. 2: there is no such process. It stays
// in the scratch area unless it was sent.
// @ts-ignore: decorator
@external("selene::message", "try_send")
export declare function selene_message_try_send(
  target: u64): i32;

// Bounds the caller's mailbox; what is over the configuration's bound, as -1, means that bound.
// Policy 0: what is sent to a full mailbox is dropped. Policy 1: the oldest data messages are
// dropped instead; sends fail at the configuration's bounds alone. What waits already stays under
// policy 0.
// @ts-ignore: decorator
@external("selene::mailbox", "configure")
export declare function selene_mailbox_configure(
  max_messages: i64,
  max_bytes: i64,
  policy: i32): void;

// How many messages to the caller were dropped because its mailbox was full.
// @ts-ignore: decorator
@external("selene::mailbox", "dropped")
export declare function selene_mailbox_dropped(): i64;

// Calls the guest's export `_selene_catch(function, argument)`, two i32 without a result. 0: it
// returned. 1: it trapped, panicked, exited, or ran out of fuel or memory; see `caught_reason`. A
// kill or a link's death is not caught. Traps when there is no such export.
// @ts-ignore: decorator
@external("selene::trap", "catch")
export declare function selene_trap_catch_trap(
  function_: i32,
  argument: i32): i32;

// Writes as much as fits of the exit reason of the last `catch` that answered 1, and returns its
// size in bytes. Traps when there was none.
// @ts-ignore: decorator
@external("selene::trap", "caught_reason")
export declare function selene_trap_caught_reason(
  buffer: usize,
  buffer_length: usize): i32;

// The next trap of the caller becomes one of kind panic with this text, of which 2,000 characters
// are kept; malformed UTF-8 is replaced. An empty text takes that back.
// @ts-ignore: decorator
@external("selene::trap", "set_message")
export declare function selene_trap_set_message(
  text: usize,
  text_length: usize): void;

// Gives a process a name of at most 65,536 bytes. 0: it has it. 1: a living process has the name.
// 2: there is no such process.
// @ts-ignore: decorator
@external("selene::registry", "register")
export declare function selene_registry_register(
  name: usize,
  name_length: usize,
  target: u64): i32;

// Removes a name. 0: removed. 1: nobody had it.
// @ts-ignore: decorator
@external("selene::registry", "unregister")
export declare function selene_registry_unregister(
  name: usize,
  name_length: usize): i32;

// Waits until a living process has the name. The timeout is in milliseconds, -1 for ever. 0: its id
// was written. 9027: timed out, nothing was written.
// @ts-ignore: decorator
@external("selene::registry", "wait_for")
export declare function selene_registry_wait_for(
  name: usize,
  name_length: usize,
  timeout_millis: i64,
  out: usize): i32;

// Looks a name up. 0: the id of the process was written. 1: nobody has it, nothing was written.
// @ts-ignore: decorator
@external("selene::registry", "whereis")
export declare function selene_registry_whereis(
  name: usize,
  name_length: usize,
  out: usize): i32;

// Takes the scratch message, data without resources, and sends a copy to each member, the caller
// included when it is one; full mailboxes drop it, as with `lunatic::message::send`. Returns how
// many members there were.
// @ts-ignore: decorator
@external("selene::group", "broadcast")
export declare function selene_group_broadcast(
  group: usize,
  group_length: usize): i32;

// Adds a process to a group, whose name has at most 65,536 bytes. 0: it joined. 1: it was in it. 2:
// there is no such process.
// @ts-ignore: decorator
@external("selene::group", "join")
export declare function selene_group_join(
  group: usize,
  group_length: usize,
  member: u64): i32;

// Takes a process out of a group. 0: it left. 1: it was not in it.
// @ts-ignore: decorator
@external("selene::group", "leave")
export declare function selene_group_leave(
  group: usize,
  group_length: usize,
  member: u64): i32;

// Writes the process ids of a group's members in order of joining, as many as fit, and returns how
// many members there are.
// @ts-ignore: decorator
@external("selene::group", "members")
export declare function selene_group_members(
  group: usize,
  group_length: usize,
  buffer: usize,
  buffer_count: usize): i32;

// Undoes `watch` by its reference; an unknown one is ignored.
// @ts-ignore: decorator
@external("selene::group", "unwatch")
export declare function selene_group_unwatch(
  reference: i64): void;

// From now on each join and leave sends the caller a data message with the tag: 0 joined or 1 left
// (1 byte), process id (8 bytes), reference (8 bytes); a full mailbox drops it. Returns the
// reference, never 0.
// @ts-ignore: decorator
@external("selene::group", "watch")
export declare function selene_group_watch(
  group: usize,
  group_length: usize,
  tag: i64): i64;

// Stops a timer of `send_every` or `lunatic::timer::send_after`. Returns the milliseconds that were
// left, or -1 when it is unknown, has fired or was stopped.
// @ts-ignore: decorator
@external("selene::timer", "cancel")
export declare function selene_timer_cancel(
  timer: u64): i64;

// Nanoseconds since some moment; never goes back.
// @ts-ignore: decorator
@external("selene::timer", "now")
export declare function selene_timer_now(): i64;

// Takes the scratch message, data without resources, and sends copies of it after a delay and then
// once a period, both in milliseconds, until the timer is cancelled or the target or the caller
// ends. Returns the timer's id. Traps when the period is 0.
// @ts-ignore: decorator
@external("selene::timer", "send_every")
export declare function selene_timer_send_every(
  target: u64,
  delay_millis: i64,
  period_millis: i64): u64;

// The most verbose level that is written, 1 error to 5 trace; 0 for none.
// @ts-ignore: decorator
@external("selene::log", "level")
export declare function selene_log_level(): i32;

// Logs a text: level 1 error, 2 warning, 3 information, 4 debug, 5 trace. The target is the part of
// the guest that speaks. 2,000 characters are kept of each, malformed UTF-8 is replaced; more lines
// than people can read are counted, not written.
// @ts-ignore: decorator
@external("selene::log", "write")
export declare function selene_log_write(
  level: i32,
  target: usize,
  target_length: usize,
  text: usize,
  text_length: usize): void;

// Instructions left to the caller and the subtrees it belongs to; -1 when nothing limits them.
// @ts-ignore: decorator
@external("selene::limits", "fuel_left")
export declare function selene_limits_fuel_left(): i64;

// The caller's limit of a resource, -1 for none: 0 memory in bytes, 1 fuel in instructions, 2 stack
// in bytes, 3 messages and 4 bytes in the mailbox, 5 processes of the subtree, 6 handles.
// @ts-ignore: decorator
@external("selene::limits", "limit")
export declare function selene_limits_limit(
  resource: i32): i64;

// What the caller uses of a resource now, numbered as in `limit`; processes are those of the
// subtree that has the limit.
// @ts-ignore: decorator
@external("selene::limits", "usage")
export declare function selene_limits_usage(
  resource: i32): i64;

// Allows 0 connecting to, or 1 listening on, what a rule says: `HOST`, `HOST:PORT` or
// `HOST:FIRST-LAST`, where the host is `*`, a name, `*.NAME`, an address or ADDRESS/PREFIX. The
// first rule replaces what was inherited. 0: added. 1: the rule is none, an error id was written.
// At most 256 rules.
// @ts-ignore: decorator
@external("selene::config", "allow_network")
export declare function selene_config_allow_network(
  config: u64,
  direction: i32,
  rule: usize,
  rule_length: usize,
  error_out: usize): i32;

// A new configuration; returns its id, or -1 when the caller may not create configurations. Inherit
// 0: it permits nothing, not even the network, and has the default limits. 1: it has all that the
// caller has, folders, variables and arguments included.
// @ts-ignore: decorator
@external("selene::config", "create")
export declare function selene_config_create(
  inherit: i32): i64;

// Takes the network away; rules may follow.
// @ts-ignore: decorator
@external("selene::config", "deny_network")
export declare function selene_config_deny_network(
  config: u64): void;

// The limit of a resource, numbered as in `set_limit`, at most the caller's own; -1 for none.
// @ts-ignore: decorator
@external("selene::config", "get_limit")
export declare function selene_config_get_limit(
  config: u64,
  resource: i32): i64;

// 1 if both the configuration and the caller have a permission, numbered as in `set_permission`,
// else 0.
// @ts-ignore: decorator
@external("selene::config", "get_permission")
export declare function selene_config_get_permission(
  config: u64,
  permission: i32): i32;

// Sets the limit of a resource, -1 for none: 0 memory in bytes, 1 fuel in instructions, rounded up
// to 100,000, 2 stack in bytes, 3 messages and 4 bytes in the mailbox, 5 processes of the subtree,
// 6 handles.
// @ts-ignore: decorator
@external("selene::config", "set_limit")
export declare function selene_config_set_limit(
  config: u64,
  resource: i32,
  limit: i64): void;

// Sets whether the process may 0 compile modules, 1 create configurations, 2 spawn, 3 use
// databases; not 0 is yes.
// @ts-ignore: decorator
@external("selene::config", "set_permission")
export declare function selene_config_set_permission(
  config: u64,
  permission: i32,
  allowed: i32): void;

// Another id for the same socket.
// @ts-ignore: decorator
@external("lunatic::networking", "clone_tcp_stream")
export declare function lunatic_networking_clone_tcp_stream(
  stream: u64): i64;

// Another id for the same socket.
// @ts-ignore: decorator
@external("lunatic::networking", "clone_tls_stream")
export declare function lunatic_networking_clone_tls_stream(
  stream: u64): i64;

// Another id for the same socket.
// @ts-ignore: decorator
@external("lunatic::networking", "clone_udp_socket")
export declare function lunatic_networking_clone_udp_socket(
  socket: u64): i64;

// Gives an iterator up.
// @ts-ignore: decorator
@external("lunatic::networking", "drop_dns_iterator")
export declare function lunatic_networking_drop_dns_iterator(
  iterator: u64): void;

// Gives a TCP listener up.
// @ts-ignore: decorator
@external("lunatic::networking", "drop_tcp_listener")
export declare function lunatic_networking_drop_tcp_listener(
  listener: u64): void;

// Gives a TCP stream up.
// @ts-ignore: decorator
@external("lunatic::networking", "drop_tcp_stream")
export declare function lunatic_networking_drop_tcp_stream(
  stream: u64): void;

// Gives a TLS listener up.
// @ts-ignore: decorator
@external("lunatic::networking", "drop_tls_listener")
export declare function lunatic_networking_drop_tls_listener(
  listener: u64): void;

// Gives a TLS stream up.
// @ts-ignore: decorator
@external("lunatic::networking", "drop_tls_stream")
export declare function lunatic_networking_drop_tls_stream(
  stream: u64): void;

// Gives a UDP socket up.
// @ts-ignore: decorator
@external("lunatic::networking", "drop_udp_socket")
export declare function lunatic_networking_drop_udp_socket(
  socket: u64): void;

// A timeout in milliseconds; -1 is none.
// @ts-ignore: decorator
@external("lunatic::networking", "get_peek_timeout")
export declare function lunatic_networking_get_peek_timeout(
  stream: u64): i64;

// A timeout in milliseconds; -1 is none.
// @ts-ignore: decorator
@external("lunatic::networking", "get_read_timeout")
export declare function lunatic_networking_get_read_timeout(
  stream: u64): i64;

// A timeout in milliseconds; -1 is none.
// @ts-ignore: decorator
@external("lunatic::networking", "get_tls_read_timeout")
export declare function lunatic_networking_get_tls_read_timeout(
  stream: u64): i64;

// A timeout in milliseconds; -1 is none.
// @ts-ignore: decorator
@external("lunatic::networking", "get_tls_write_timeout")
export declare function lunatic_networking_get_tls_write_timeout(
  stream: u64): i64;

// A UDP socket's broadcast.
// @ts-ignore: decorator
@external("lunatic::networking", "get_udp_socket_broadcast")
export declare function lunatic_networking_get_udp_socket_broadcast(
  socket: u64): i32;

// A UDP socket's ttl.
// @ts-ignore: decorator
@external("lunatic::networking", "get_udp_socket_ttl")
export declare function lunatic_networking_get_udp_socket_ttl(
  socket: u64): i32;

// A timeout in milliseconds; -1 is none.
// @ts-ignore: decorator
@external("lunatic::networking", "get_write_timeout")
export declare function lunatic_networking_get_write_timeout(
  stream: u64): i64;

// Resolves `host:port`. 0: a dns_iter id was written. 1: an error id. 9027: an error id, timed out.
// @ts-ignore: decorator
@external("lunatic::networking", "resolve")
export declare function lunatic_networking_resolve(
  name: usize,
  name_length: usize,
  timeout_millis: i64,
  id_out: usize): i32;

// The next address: 0 when written, 1 at the end.
// @ts-ignore: decorator
@external("lunatic::networking", "resolve_next")
export declare function lunatic_networking_resolve_next(
  iterator: u64,
  type_out: usize,
  address_out: usize,
  port_out: usize,
  flow_info_out: usize,
  scope_id_out: usize): i32;

// Sets a timeout in milliseconds; -1 is none.
// @ts-ignore: decorator
@external("lunatic::networking", "set_peek_timeout")
export declare function lunatic_networking_set_peek_timeout(
  stream: u64,
  millis: i64): void;

// Sets a timeout in milliseconds; -1 is none.
// @ts-ignore: decorator
@external("lunatic::networking", "set_read_timeout")
export declare function lunatic_networking_set_read_timeout(
  stream: u64,
  millis: i64): void;

// Sets a timeout in milliseconds; -1 is none.
// @ts-ignore: decorator
@external("lunatic::networking", "set_tls_read_timeout")
export declare function lunatic_networking_set_tls_read_timeout(
  stream: u64,
  millis: i64): void;

// Sets a timeout in milliseconds; -1 is none.
// @ts-ignore: decorator
@external("lunatic::networking", "set_tls_write_timeout")
export declare function lunatic_networking_set_tls_write_timeout(
  stream: u64,
  millis: i64): void;

// Sets a UDP socket's broadcast.
// @ts-ignore: decorator
@external("lunatic::networking", "set_udp_socket_broadcast")
export declare function lunatic_networking_set_udp_socket_broadcast(
  socket: u64,
  value: i32): void;

// Sets a UDP socket's ttl.
// @ts-ignore: decorator
@external("lunatic::networking", "set_udp_socket_ttl")
export declare function lunatic_networking_set_udp_socket_ttl(
  socket: u64,
  value: i32): void;

// Sets a timeout in milliseconds; -1 is none.
// @ts-ignore: decorator
@external("lunatic::networking", "set_write_timeout")
export declare function lunatic_networking_set_write_timeout(
  stream: u64,
  millis: i64): void;

// Waits for a connection. 0: stream and dns_iter ids were written. 1: an error id.
// @ts-ignore: decorator
@external("lunatic::networking", "tcp_accept")
export declare function lunatic_networking_tcp_accept(
  listener: u64,
  id_out: usize,
  peer_out: usize): i32;

// Binds a TCP listener. 0: its id was written. 1: an error id.
// @ts-ignore: decorator
@external("lunatic::networking", "tcp_bind")
export declare function lunatic_networking_tcp_bind(
  address_type: i32,
  address: usize,
  port: i32,
  flow_info: i32,
  scope_id: i32,
  id_out: usize): i32;

// Connects. 0: a stream id was written. 1: an error id. 9027: an error id, timed out.
// @ts-ignore: decorator
@external("lunatic::networking", "tcp_connect")
export declare function lunatic_networking_tcp_connect(
  address_type: i32,
  address: usize,
  port: i32,
  flow_info: i32,
  scope_id: i32,
  timeout_millis: i64,
  id_out: usize): i32;

// Flushes. 0, or 1: an error id was written.
// @ts-ignore: decorator
@external("lunatic::networking", "tcp_flush")
export declare function lunatic_networking_tcp_flush(
  stream: u64,
  error_out: usize): i32;

// The local address. 0: a dns_iter id was written. 1: an error id.
// @ts-ignore: decorator
@external("lunatic::networking", "tcp_local_addr")
export declare function lunatic_networking_tcp_local_addr(
  listener: u64,
  id_out: usize): i32;

// Peeks. 0: bytes read were written, 0 at the end. 1: an error id. 9027: timed out.
// @ts-ignore: decorator
@external("lunatic::networking", "tcp_peek")
export declare function lunatic_networking_tcp_peek(
  stream: u64,
  buffer: usize,
  buffer_length: usize,
  result_out: usize): i32;

// The peer's address. 0: a dns_iter id was written. 1: an error id.
// @ts-ignore: decorator
@external("lunatic::networking", "tcp_peer_addr")
export declare function lunatic_networking_tcp_peer_addr(
  stream: u64,
  id_out: usize): i32;

// Reads. 0: bytes read were written, 0 at the end. 1: an error id. 9027: timed out.
// @ts-ignore: decorator
@external("lunatic::networking", "tcp_read")
export declare function lunatic_networking_tcp_read(
  stream: u64,
  buffer: usize,
  buffer_length: usize,
  result_out: usize): i32;

// Writes from an array of address and length. 0: bytes written. 1: an error id. 9027: timed out.
// @ts-ignore: decorator
@external("lunatic::networking", "tcp_write_vectored")
export declare function lunatic_networking_tcp_write_vectored(
  stream: u64,
  buffers: usize,
  buffers_count: usize,
  result_out: usize): i32;

// Waits for a connection, whose first read, write or flush shakes hands. 0: stream and dns_iter ids
// were written. 1: an error id.
// @ts-ignore: decorator
@external("lunatic::networking", "tls_accept")
export declare function lunatic_networking_tls_accept(
  listener: u64,
  id_out: usize,
  peer_out: usize): i32;

// Binds a TLS listener with a PEM certificate and key. 0: its id was written. 1: an error id.
// @ts-ignore: decorator
@external("lunatic::networking", "tls_bind")
export declare function lunatic_networking_tls_bind(
  address_type: i32,
  address: usize,
  port: i32,
  flow_info: i32,
  scope_id: i32,
  id_out: usize,
  certificates: usize,
  certificates_length: usize,
  keys: usize,
  keys_length: usize): i32;

// Connects and shakes hands. 0: a stream id was written. 1: an error id. 9027: timed out.
// @ts-ignore: decorator
@external("lunatic::networking", "tls_connect")
export declare function lunatic_networking_tls_connect(
  host: usize,
  host_length: usize,
  port: i32,
  timeout_millis: i64,
  id_out: usize,
  roots: usize,
  roots_count: usize): i32;

// Flushes. 0, or 1: an error id was written.
// @ts-ignore: decorator
@external("lunatic::networking", "tls_flush")
export declare function lunatic_networking_tls_flush(
  stream: u64,
  error_out: usize): i32;

// The local address. 0: a dns_iter id was written. 1: an error id.
// @ts-ignore: decorator
@external("lunatic::networking", "tls_local_addr")
export declare function lunatic_networking_tls_local_addr(
  listener: u64,
  id_out: usize): i32;

// Reads. 0: bytes read were written, 0 at the end. 1: an error id. 9027: timed out.
// @ts-ignore: decorator
@external("lunatic::networking", "tls_read")
export declare function lunatic_networking_tls_read(
  stream: u64,
  buffer: usize,
  buffer_length: usize,
  result_out: usize): i32;

// Writes from an array of address and length. 0: bytes written. 1: an error id. 9027: timed out.
// @ts-ignore: decorator
@external("lunatic::networking", "tls_write_vectored")
export declare function lunatic_networking_tls_write_vectored(
  stream: u64,
  buffers: usize,
  buffers_count: usize,
  result_out: usize): i32;

// Binds a UDP socket. 0: its id was written. 1: an error id.
// @ts-ignore: decorator
@external("lunatic::networking", "udp_bind")
export declare function lunatic_networking_udp_bind(
  address_type: i32,
  address: usize,
  port: i32,
  flow_info: i32,
  scope_id: i32,
  id_out: usize): i32;

// Fixes the peer. 0, or 1: an error id was written, or 9027: timed out.
// @ts-ignore: decorator
@external("lunatic::networking", "udp_connect")
export declare function lunatic_networking_udp_connect(
  socket: u64,
  address_type: i32,
  address: usize,
  port: i32,
  flow_info: i32,
  scope_id: i32,
  timeout_millis: i64,
  id_out: usize): i32;

// The local address. 0: a dns_iter id was written. 1: an error id.
// @ts-ignore: decorator
@external("lunatic::networking", "udp_local_addr")
export declare function lunatic_networking_udp_local_addr(
  socket: u64,
  id_out: usize): i32;

// The peer's address. 0: a dns_iter id was written. 1: not connected, 2: another error; an error id
// was written.
// @ts-ignore: decorator
@external("lunatic::networking", "udp_peer_addr")
export declare function lunatic_networking_udp_peer_addr(
  socket: u64,
  id_out: usize): i32;

// Receives a datagram, cut to the buffer. 0: bytes. 1: an error id.
// @ts-ignore: decorator
@external("lunatic::networking", "udp_receive")
export declare function lunatic_networking_udp_receive(
  socket: u64,
  buffer: usize,
  buffer_length: usize,
  result_out: usize): i32;

// Receives a datagram, cut to the buffer. 0: bytes and the sender as a dns_iter id. 1: an error id.
// @ts-ignore: decorator
@external("lunatic::networking", "udp_receive_from")
export declare function lunatic_networking_udp_receive_from(
  socket: u64,
  buffer: usize,
  buffer_length: usize,
  result_out: usize,
  peer_out: usize): i32;

// Sends a datagram. 0: bytes. 1: an error id.
// @ts-ignore: decorator
@external("lunatic::networking", "udp_send")
export declare function lunatic_networking_udp_send(
  socket: u64,
  data: usize,
  data_length: usize,
  result_out: usize): i32;

// Sends a datagram to an address. 0: bytes. 1: an error id.
// @ts-ignore: decorator
@external("lunatic::networking", "udp_send_to")
export declare function lunatic_networking_udp_send_to(
  socket: u64,
  data: usize,
  data_length: usize,
  address_type: i32,
  address: usize,
  port: i32,
  flow_info: i32,
  scope_id: i32,
  result_out: usize): i32;

// Binds a list of values in bincode, by number or by name, with or without its `:`, `@` or `$`.
// Traps on an error.
// @ts-ignore: decorator
@external("lunatic::sqlite", "bind_value")
export declare function lunatic_sqlite_bind_value(
  statement: u64,
  values: usize,
  values_length: usize): void;

// Columns of the result.
// @ts-ignore: decorator
@external("lunatic::sqlite", "column_count")
export declare function lunatic_sqlite_column_count(
  statement: u64): i32;

// A column's name as UTF-8, in memory from `lunatic_alloc`; returns the address.
// @ts-ignore: decorator
@external("lunatic::sqlite", "column_name")
export declare function lunatic_sqlite_column_name(
  statement: u64,
  index: i32,
  length_out: usize): i32;

// All names in bincode, in memory from `lunatic_alloc`; returns the address.
// @ts-ignore: decorator
@external("lunatic::sqlite", "column_names")
export declare function lunatic_sqlite_column_names(
  statement: u64,
  length_out: usize): i32;

// Runs all statements of a text; SQLite's result code, 0 is ok.
// @ts-ignore: decorator
@external("lunatic::sqlite", "execute")
export declare function lunatic_sqlite_execute(
  connection: u64,
  sql: usize,
  sql_length: usize): i32;

// The last error in bincode, in memory from `lunatic_alloc`; returns the address. Traps when there
// is none.
// @ts-ignore: decorator
@external("lunatic::sqlite", "last_error")
export declare function lunatic_sqlite_last_error(
  connection: u64,
  length_out: usize): i32;

// Opens a database below a preopened folder; `:memory:` and an empty path are private ones. 0: a
// connection id was written. 1: an error id.
// @ts-ignore: decorator
@external("lunatic::sqlite", "open")
export declare function lunatic_sqlite_open(
  path: usize,
  path_length: usize,
  id_out: usize): i64;

// Prepares the first statement of a text and returns its id. Traps on an error.
// @ts-ignore: decorator
@external("lunatic::sqlite", "query_prepare")
export declare function lunatic_sqlite_query_prepare(
  connection: u64,
  sql: usize,
  sql_length: usize): i64;

// A value in bincode, in memory from `lunatic_alloc`; returns the address. Null where there is no
// row or no such column.
// @ts-ignore: decorator
@external("lunatic::sqlite", "read_column")
export declare function lunatic_sqlite_read_column(
  statement: u64,
  index: i32,
  length_out: usize): i32;

// The current row in bincode, in memory from `lunatic_alloc`; returns the address.
// @ts-ignore: decorator
@external("lunatic::sqlite", "read_row")
export declare function lunatic_sqlite_read_row(
  statement: u64,
  length_out: usize): i32;

// Rows changed by the last statement.
// @ts-ignore: decorator
@external("lunatic::sqlite", "sqlite3_changes")
export declare function lunatic_sqlite_sqlite3_changes(
  connection: u64): i32;

// Gives a statement up.
// @ts-ignore: decorator
@external("lunatic::sqlite", "sqlite3_finalize")
export declare function lunatic_sqlite_sqlite3_finalize(
  statement: u64): void;

// 100: a row. 101: done. Traps on an error.
// @ts-ignore: decorator
@external("lunatic::sqlite", "sqlite3_step")
export declare function lunatic_sqlite_sqlite3_step(
  statement: u64): i32;

// Starts a statement anew; what was bound stays.
// @ts-ignore: decorator
@external("lunatic::sqlite", "statement_reset")
export declare function lunatic_sqlite_statement_reset(
  statement: u64): void;
