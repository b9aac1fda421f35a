/*
 * The imports of Selene for C and C++, built for wasm32 by clang or zig cc.
 *
 * Made from the annotations of the import classes by GuestBindingsTest. What each import
 * does, and the layouts, are described in docs/abi.md.
 */
#ifndef SELENE_H
#define SELENE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SELENE_IMPORT(module, name) __attribute__((import_module(module), import_name(name)))

/* A function that others spawn or call by its name. */
#define SELENE_EXPORT(name) __attribute__((export_name(name), visibility("default")))

/* The timeout that never comes, and "none" or "my own" for optional handles. */
#define SELENE_FOREVER ((int64_t)-1)
#define SELENE_NONE ((int64_t)-1)

/* Results that several imports share. */
#define SELENE_TIMED_OUT 9027
#define SELENE_SENT 0
#define SELENE_FULL 1
#define SELENE_NO_PROCESS 2

/* What lunatic_message_receive says is in the scratch area. */
#define SELENE_DATA 0
#define SELENE_LINK_DIED 1
#define SELENE_PROCESS_DIED 2

/* Link modes. */
#define SELENE_NOTHING 0
#define SELENE_TOLD_OF_FAILURES 1
#define SELENE_TOLD 2
#define SELENE_DIES_OF_FAILURES 3
#define SELENE_DIES 4

/* The first byte of an exit reason. */
#define SELENE_REASON_NORMAL 0
#define SELENE_REASON_EXITED 1
#define SELENE_REASON_TRAPPED 2
#define SELENE_REASON_OUT_OF_FUEL 3
#define SELENE_REASON_OUT_OF_MEMORY 4
#define SELENE_REASON_KILLED 5
#define SELENE_REASON_LINK_DIED 6
#define SELENE_REASON_NO_PROCESS 7
#define SELENE_REASON_HOST_FAILURE 8

/* lunatic::error */

/*
 * Gives an error up.
 */
SELENE_IMPORT("lunatic::error", "drop")
void lunatic_error_drop(uint64_t error);

/*
 * The number of UTF-8 bytes of an error's text.
 */
SELENE_IMPORT("lunatic::error", "string_size")
int32_t lunatic_error_string_size(uint64_t error);

/*
 * Writes an error's text, `string_size` bytes without a NUL.
 */
SELENE_IMPORT("lunatic::error", "to_string")
void lunatic_error_to_string(uint64_t error, void *address);

/* lunatic::process */

/*
 * Loads a module from memory. 0: its id was written. 1: an error id was written. -1: the caller
 * may not compile modules, nothing was written.
 */
SELENE_IMPORT("lunatic::process", "compile_module")
int32_t lunatic_process_compile_module(
    const void *binary,
    size_t binary_length,
    uint64_t *id_out);

/*
 * 1 if both the configuration and the caller may compile modules, else 0.
 */
SELENE_IMPORT("lunatic::process", "config_can_compile_modules")
int32_t lunatic_process_config_can_compile_modules(uint64_t config);

/*
 * 1 if both the configuration and the caller may create configurations, else 0.
 */
SELENE_IMPORT("lunatic::process", "config_can_create_configs")
int32_t lunatic_process_config_can_create_configs(uint64_t config);

/*
 * 1 if both the configuration and the caller may spawn, else 0.
 */
SELENE_IMPORT("lunatic::process", "config_can_spawn_processes")
int32_t lunatic_process_config_can_spawn_processes(uint64_t config);

/*
 * The limit on fuel in units of 100,000 instructions, at most the caller's own; 0 is unlimited.
 */
SELENE_IMPORT("lunatic::process", "config_get_max_fuel")
int64_t lunatic_process_config_get_max_fuel(uint64_t config);

/*
 * The limit on memory in bytes, at most the caller's own.
 */
SELENE_IMPORT("lunatic::process", "config_get_max_memory")
int64_t lunatic_process_config_get_max_memory(uint64_t config);

/*
 * Sets whether the process may compile modules; not 0 is yes.
 */
SELENE_IMPORT("lunatic::process", "config_set_can_compile_modules")
void lunatic_process_config_set_can_compile_modules(uint64_t config, int32_t allowed);

/*
 * Sets whether the process may create configurations; not 0 is yes.
 */
SELENE_IMPORT("lunatic::process", "config_set_can_create_configs")
void lunatic_process_config_set_can_create_configs(uint64_t config, int32_t allowed);

/*
 * Sets whether the process may spawn; not 0 is yes.
 */
SELENE_IMPORT("lunatic::process", "config_set_can_spawn_processes")
void lunatic_process_config_set_can_spawn_processes(uint64_t config, int32_t allowed);

/*
 * Sets the limit on fuel, in units of 100,000 instructions; 0 is unlimited.
 */
SELENE_IMPORT("lunatic::process", "config_set_max_fuel")
void lunatic_process_config_set_max_fuel(uint64_t config, int64_t units);

/*
 * Sets the limit on memory, in bytes.
 */
SELENE_IMPORT("lunatic::process", "config_set_max_memory")
void lunatic_process_config_set_max_memory(uint64_t config, int64_t bytes);

/*
 * A new configuration that permits nothing but the network and databases, as far as the caller
 * may use them; returns its id, or -1 when the caller may not create configurations.
 */
SELENE_IMPORT("lunatic::process", "create_config")
int64_t lunatic_process_create_config(void);

/*
 * 0: failures of links become messages. Else: the caller fails too, as at spawn.
 */
SELENE_IMPORT("lunatic::process", "die_when_link_dies")
void lunatic_process_die_when_link_dies(int32_t die);

/*
 * Gives a configuration up.
 */
SELENE_IMPORT("lunatic::process", "drop_config")
void lunatic_process_drop_config(uint64_t config);

/*
 * Gives a module up; processes that run it are not affected.
 */
SELENE_IMPORT("lunatic::process", "drop_module")
void lunatic_process_drop_module(uint64_t module);

/*
 * The caller's environment.
 */
SELENE_IMPORT("lunatic::process", "environment_id")
int64_t lunatic_process_environment_id(void);

/*
 * 1 while a process lives in the caller's environment.
 */
SELENE_IMPORT("lunatic::process", "exists")
int32_t lunatic_process_exists(uint64_t target);

/*
 * Spawns a process under a name, unless a living process has it. 0: spawned. 1: an error id was
 * written as the id, and the name stays free. 2: the name is taken, nothing was spawned. Node
 * and id are written in all three cases.
 */
SELENE_IMPORT("lunatic::process", "get_or_spawn")
int32_t lunatic_process_get_or_spawn(
    const void *name,
    size_t name_length,
    int64_t link,
    int64_t config,
    int64_t module,
    const void *function,
    size_t function_length,
    const void *parameters,
    size_t parameters_length,
    uint64_t *node_out,
    uint64_t *id_out);

/*
 * Ends a process; an unknown process is ignored.
 */
SELENE_IMPORT("lunatic::process", "kill")
void lunatic_process_kill(uint64_t target);

/*
 * Links the caller and a process; tag 0 is none. When that is dead or unknown, the caller gets
 * a link death.
 */
SELENE_IMPORT("lunatic::process", "link")
void lunatic_process_link(int64_t tag, uint64_t target);

/*
 * Asks for a message when a process ends; an unknown process is ignored.
 */
SELENE_IMPORT("lunatic::process", "monitor")
void lunatic_process_monitor(uint64_t target);

/*
 * The caller's process id, never 0 or -1.
 */
SELENE_IMPORT("lunatic::process", "process_id")
uint64_t lunatic_process_process_id(void);

/*
 * Sleeps for so many milliseconds.
 */
SELENE_IMPORT("lunatic::process", "sleep_ms")
void lunatic_process_sleep_ms(int64_t millis);

/*
 * Spawns a process that calls an exported function. A link other than 0 links both and is the
 * tag the caller sees. Parameters are records of 17 bytes: type (0x7F i32, 0x7E i64, 0x7B
 * v128), then 16 bytes of value. 0: the process id was written. 1: an error id was written.
 * Traps when the caller may not spawn.
 */
SELENE_IMPORT("lunatic::process", "spawn")
int32_t lunatic_process_spawn(
    int64_t link,
    int64_t config,
    int64_t module,
    const void *function,
    size_t function_length,
    const void *parameters,
    size_t parameters_length,
    uint64_t *id_out);

/*
 * Undoes `monitor`.
 */
SELENE_IMPORT("lunatic::process", "stop_monitoring")
void lunatic_process_stop_monitoring(uint64_t target);

/*
 * Removes a link; an unknown process is ignored.
 */
SELENE_IMPORT("lunatic::process", "unlink")
void lunatic_process_unlink(uint64_t target);

/* lunatic::message */

/*
 * Replaces the scratch message by an empty data message. Tag 0 is none. The capacity is a hint
 * that any value is good for: memory grows, and is charged, as data comes.
 */
SELENE_IMPORT("lunatic::message", "create_data")
void lunatic_message_create_data(int64_t tag, int64_t capacity);

/*
 * All bytes of the scratch message, wherever the read position is.
 */
SELENE_IMPORT("lunatic::message", "data_size")
int64_t lunatic_message_data_size(void);

/*
 * The process whose death the scratch message tells of; 0 for other messages.
 */
SELENE_IMPORT("lunatic::message", "get_process_id")
uint64_t lunatic_message_get_process_id(void);

/*
 * The tag of the scratch message of any kind, 0 for none.
 */
SELENE_IMPORT("lunatic::message", "get_tag")
int64_t lunatic_message_get_tag(void);

/*
 * Attaches a module to the scratch message and returns its index; the sender keeps it.
 */
SELENE_IMPORT("lunatic::message", "push_module")
int64_t lunatic_message_push_module(uint64_t module);

/*
 * Moves a TCP stream into the scratch message and returns its index.
 */
SELENE_IMPORT("lunatic::message", "push_tcp_stream")
int64_t lunatic_message_push_tcp_stream(uint64_t stream);

/*
 * Moves a TLS stream into the scratch message and returns its index.
 */
SELENE_IMPORT("lunatic::message", "push_tls_stream")
int64_t lunatic_message_push_tls_stream(uint64_t stream);

/*
 * Moves a UDP socket into the scratch message and returns its index.
 */
SELENE_IMPORT("lunatic::message", "push_udp_socket")
int64_t lunatic_message_push_udp_socket(uint64_t socket);

/*
 * Copies from the scratch message's read position, at most so many bytes, and moves the
 * position on. Returns the number copied, 0 at the end. Traps when the position is behind the
 * end.
 */
SELENE_IMPORT("lunatic::message", "read_data")
int32_t lunatic_message_read_data(void *buffer, size_t buffer_length);

/*
 * Waits for the oldest message with one of the tags, of any kind when there are none; 0 among
 * the tags matches nothing. At most 65,536 tags. The timeout is in milliseconds, -1 for ever.
 * 0: a data message is in the scratch area. 1: a link died. 2: a process died. 9027: timed out,
 * the scratch is as it was.
 */
SELENE_IMPORT("lunatic::message", "receive")
int32_t lunatic_message_receive(const uint64_t *tags, size_t tag_count, int64_t timeout_millis);

/*
 * Sets the scratch message's read position.
 */
SELENE_IMPORT("lunatic::message", "seek_data")
void lunatic_message_seek_data(int64_t position);

/*
 * Takes the scratch message and sends it. Always 0: a message to a dead or unknown process is
 * dropped.
 */
SELENE_IMPORT("lunatic::message", "send")
int32_t lunatic_message_send(uint64_t target);

/*
 * Sends the scratch message, then waits for one with the tag that arrives after the call began;
 * tag 0 never matches. The timeout is in milliseconds, -1 for ever. 0: the answer is the
 * scratch message. 9027: timed out, the scratch area is empty.
 */
SELENE_IMPORT("lunatic::message", "send_receive_skip_search")
int32_t lunatic_message_send_receive_skip_search(
    uint64_t target,
    int64_t tag,
    int64_t timeout_millis);

/*
 * Moves the module at an index of the scratch message into the caller's table and returns its
 * id. The other indexes stay. Traps when there is no module at the index.
 */
SELENE_IMPORT("lunatic::message", "take_module")
int64_t lunatic_message_take_module(int64_t index);

/*
 * Moves the TCP stream at an index into the caller's table and returns its id.
 */
SELENE_IMPORT("lunatic::message", "take_tcp_stream")
int64_t lunatic_message_take_tcp_stream(int64_t index);

/*
 * Moves the TLS stream at an index into the caller's table and returns its id.
 */
SELENE_IMPORT("lunatic::message", "take_tls_stream")
int64_t lunatic_message_take_tls_stream(int64_t index);

/*
 * Moves the UDP socket at an index into the caller's table and returns its id.
 */
SELENE_IMPORT("lunatic::message", "take_udp_socket")
int64_t lunatic_message_take_udp_socket(int64_t index);

/*
 * Appends bytes to the scratch message and returns their number. Traps when the message would
 * be over 2 GiB.
 */
SELENE_IMPORT("lunatic::message", "write_data")
int32_t lunatic_message_write_data(const void *data, size_t data_length);

/* lunatic::timer */

/*
 * Stops a timer. 1 if it had not fired yet, else 0; an unknown id is 0 too.
 */
SELENE_IMPORT("lunatic::timer", "cancel_timer")
int32_t lunatic_timer_cancel_timer(uint64_t timer);

/*
 * Takes the scratch message and sends it after a delay in milliseconds. The target is looked up
 * now; to an unknown one nothing is ever delivered. Returns the timer's id. Traps when the
 * scratch area is empty.
 */
SELENE_IMPORT("lunatic::timer", "send_after")
uint64_t lunatic_timer_send_after(uint64_t target, int64_t delay_millis);

/* lunatic::registry */

/*
 * Looks a name up. 0: node and process id were written. 1: not found, nothing was written.
 */
SELENE_IMPORT("lunatic::registry", "get")
int32_t lunatic_registry_get(
    const void *name,
    size_t name_length,
    uint64_t *node_out,
    uint64_t *process_out);

/*
 * Gives a process a name; an old entry is overwritten. Names have at most 65,536 bytes.
 */
SELENE_IMPORT("lunatic::registry", "put")
void lunatic_registry_put(const void *name, size_t name_length, int64_t node, uint64_t target);

/*
 * Removes a name; nothing happens when there is none.
 */
SELENE_IMPORT("lunatic::registry", "remove")
void lunatic_registry_remove(const void *name, size_t name_length);

/* lunatic::trap */

/*
 * Calls the guest's export `_lunatic_catch_trap(function, argument)` and returns its result; 0
 * when anything in there trapped. A kill is not caught. Traps when there is no such export.
 */
SELENE_IMPORT("lunatic::trap", "catch")
int32_t lunatic_trap_catch_trap(int32_t function, int32_t argument);

/* lunatic::version */

/*
 * 0
 */
SELENE_IMPORT("lunatic::version", "major")
int32_t lunatic_version_major(void);

/*
 * 13
 */
SELENE_IMPORT("lunatic::version", "minor")
int32_t lunatic_version_minor(void);

/*
 * 2
 */
SELENE_IMPORT("lunatic::version", "patch")
int32_t lunatic_version_patch(void);

/* lunatic::wasi */

/*
 * Appends a command-line argument to a configuration; the first is argv[0].
 */
SELENE_IMPORT("lunatic::wasi", "config_add_command_line_argument")
void lunatic_wasi_config_add_command_line_argument(
    uint64_t config,
    const void *argument,
    size_t argument_length);

/*
 * Appends an environment variable to a configuration; duplicates are kept.
 */
SELENE_IMPORT("lunatic::wasi", "config_add_environment_variable")
void lunatic_wasi_config_add_environment_variable(
    uint64_t config,
    const void *key,
    size_t key_length,
    const void *value,
    size_t value_length);

/*
 * Adds a folder under its own name to a configuration; `~` is the home folder. Opened at the
 * spawn, within what the spawning process may use itself.
 */
SELENE_IMPORT("lunatic::wasi", "config_preopen_dir")
void lunatic_wasi_config_preopen_dir(uint64_t config, const void *path, size_t path_length);

/* lunatic::metrics */

/*
 * Adds to a counter.
 */
SELENE_IMPORT("lunatic::metrics", "counter")
void lunatic_metrics_counter(const void *name, size_t name_length, int64_t value);

/*
 * Subtracts from a gauge.
 */
SELENE_IMPORT("lunatic::metrics", "decrement_gauge")
void lunatic_metrics_decrement_gauge(const void *name, size_t name_length, double value);

/*
 * Sets a gauge.
 */
SELENE_IMPORT("lunatic::metrics", "gauge")
void lunatic_metrics_gauge(const void *name, size_t name_length, double value);

/*
 * Records a value in a histogram.
 */
SELENE_IMPORT("lunatic::metrics", "histogram")
void lunatic_metrics_histogram(const void *name, size_t name_length, double value);

/*
 * Adds 1 to a counter.
 */
SELENE_IMPORT("lunatic::metrics", "increment_counter")
void lunatic_metrics_increment_counter(const void *name, size_t name_length);

/*
 * Adds to a gauge.
 */
SELENE_IMPORT("lunatic::metrics", "increment_gauge")
void lunatic_metrics_increment_gauge(const void *name, size_t name_length, double value);

/* lunatic::distributed */

/*
 * Copies node ids that were looked up. Traps without a cluster.
 */
SELENE_IMPORT("lunatic::distributed", "copy_lookup_nodes_results")
int32_t lunatic_distributed_copy_lookup_nodes_results(
    int64_t query_id,
    uint64_t *nodes,
    size_t maximum,
    uint64_t *error_out);

/*
 * A server certificate signed by an authority. Traps without a cluster.
 */
SELENE_IMPORT("lunatic::distributed", "default_server_certificates")
int32_t lunatic_distributed_default_server_certificates(
    const void *certificate,
    size_t certificate_length,
    const void *key,
    size_t key_length,
    uint32_t *length_out);

/*
 * Looks nodes up by their attributes. Traps without a cluster.
 */
SELENE_IMPORT("lunatic::distributed", "exec_lookup_nodes")
int32_t lunatic_distributed_exec_lookup_nodes(
    const void *query,
    size_t query_length,
    uint64_t *query_id_out,
    uint32_t *count_out,
    uint64_t *error_out);

/*
 * Writes up to so many node ids and returns how many: 0 without a cluster.
 */
SELENE_IMPORT("lunatic::distributed", "get_nodes")
int32_t lunatic_distributed_get_nodes(uint64_t *nodes, size_t maximum);

/*
 * The cluster's id of the caller's module: 0 without a cluster.
 */
SELENE_IMPORT("lunatic::distributed", "module_id")
int64_t lunatic_distributed_module_id(void);

/*
 * This node's id: 0 without a cluster.
 */
SELENE_IMPORT("lunatic::distributed", "node_id")
int64_t lunatic_distributed_node_id(void);

/*
 * The number of nodes: 0 without a cluster.
 */
SELENE_IMPORT("lunatic::distributed", "nodes_count")
int32_t lunatic_distributed_nodes_count(void);

/*
 * Sends to a process on a node. Traps without a cluster.
 */
SELENE_IMPORT("lunatic::distributed", "send")
int32_t lunatic_distributed_send(int64_t node, uint64_t target);

/*
 * Sends to a process on a node and waits. Traps without a cluster.
 */
SELENE_IMPORT("lunatic::distributed", "send_receive_skip_search")
int32_t lunatic_distributed_send_receive_skip_search(
    int64_t node,
    uint64_t target,
    int64_t tag,
    int64_t timeout_millis);

/*
 * A node's certificate signed by an authority. Traps without a cluster.
 */
SELENE_IMPORT("lunatic::distributed", "sign_node")
int32_t lunatic_distributed_sign_node(
    const void *certificate,
    size_t certificate_length,
    const void *key,
    size_t key_length,
    const void *request,
    size_t request_length,
    uint32_t *length_out);

/*
 * Spawns on a node. Traps without a cluster.
 */
SELENE_IMPORT("lunatic::distributed", "spawn")
int32_t lunatic_distributed_spawn(
    int64_t node,
    int64_t config,
    int64_t module_id,
    const void *function,
    size_t function_length,
    const void *parameters,
    size_t parameters_length,
    uint64_t *id_out);

/*
 * The test certificate authority. Traps without a cluster.
 */
SELENE_IMPORT("lunatic::distributed", "test_root_cert")
int32_t lunatic_distributed_test_root_cert(uint32_t *length_out);

/* selene::version */

/*
 * Does nothing. Who needs version 1.0 of the selene imports imports this: a virtual machine
 * without that version refuses the module when it is loaded.
 */
SELENE_IMPORT("selene::version", "1.0")
void selene_version_needs_1_0(void);

/*
 * As `1.0`, for what needs version 1.1. Since 1.1.
 */
SELENE_IMPORT("selene::version", "1.1")
void selene_version_needs_1_1(void);

/*
 * 1
 */
SELENE_IMPORT("selene::version", "major")
int32_t selene_version_major(void);

/*
 * 1
 */
SELENE_IMPORT("selene::version", "minor")
int32_t selene_version_minor(void);

/* selene::process */

/*
 * Undoes `monitor`, as `unlink` does.
 */
SELENE_IMPORT("selene::process", "demonitor")
void selene_process_demonitor(int64_t reference);

/*
 * Ends the caller: normally with code 0, else with the exit reason `exited`.
 */
SELENE_IMPORT("selene::process", "exit")
void selene_process_exit(int32_t code);

/*
 * Traps with kind panic and this text, of which 2,000 characters are kept; malformed UTF-8 is
 * replaced.
 */
SELENE_IMPORT("selene::process", "fail")
void selene_process_fail(const void *text, size_t text_length);

/*
 * Writes as much of the caller's label as fits and returns its size in bytes.
 */
SELENE_IMPORT("selene::process", "label")
int32_t selene_process_label(void *buffer, size_t buffer_length);

/*
 * Links the caller and a process and returns the link's reference, never 0. `own` is what the
 * caller does when the target ends, `other` what the target does when the caller ends: 0
 * nothing, 1 is told of failures, 2 is told of every end, 3 dies of failures, 4 dies of every
 * end. Told is a process death with the tag, exactly one. A dead or unknown target counts as
 * one that failed with `no process`, at once.
 */
SELENE_IMPORT("selene::process", "link")
int64_t selene_process_link(uint64_t target, int32_t own, int32_t other, int64_t tag);

/*
 * Asks for one process death with the tag: `link` with modes 2 and 0.
 */
SELENE_IMPORT("selene::process", "monitor")
int64_t selene_process_monitor(uint64_t target, int64_t tag);

/*
 * Names the caller for people, in logs and crash reports; at most 1,024 bytes, none to take it
 * back.
 */
SELENE_IMPORT("selene::process", "set_label")
void selene_process_set_label(const void *label, size_t label_length);

/*
 * Spawns a process that calls an exported function. Parameters are those of
 * `lunatic::process::spawn`. Name and label may be empty. `own` and `other` are link modes as
 * in `link`, 0 and 0 for no link. Flag 1: the scratch message becomes the child's first
 * message. All of it is in place before the child's first instruction. 0: process id and link
 * reference were written. 1: an error id was written. 2: a living process has the name, its id
 * was written. On 1 and 2 the scratch message stays, unless a start function failed. Traps when
 * the caller may not spawn.
 */
SELENE_IMPORT("selene::process", "spawn")
int32_t selene_process_spawn(
    int64_t config,
    int64_t module,
    const void *function,
    size_t function_length,
    const void *parameters,
    size_t parameters_length,
    const void *name,
    size_t name_length,
    const void *label,
    size_t label_length,
    int32_t own,
    int32_t other,
    int64_t tag,
    int32_t flags,
    uint64_t *out);

/*
 * Makes a data message of these bytes the scratch message, and spawns as `spawn` does with flag
 * 1: it becomes the child's first message. Since 1.1.
 */
SELENE_IMPORT("selene::process", "spawn_data")
int32_t selene_process_spawn_data(
    int64_t config,
    int64_t module,
    const void *function,
    size_t function_length,
    const void *parameters,
    size_t parameters_length,
    const void *name,
    size_t name_length,
    const void *label,
    size_t label_length,
    int32_t own,
    int32_t other,
    int64_t tag,
    int64_t message_tag,
    const void *data,
    size_t data_length,
    uint64_t *out);

/*
 * Undoes a link by its reference: no message of it comes any more, and one in the mailbox is
 * removed. An unknown reference is ignored.
 */
SELENE_IMPORT("selene::process", "unlink")
void selene_process_unlink(int64_t reference);

/* selene::message */

/*
 * Writes as much as fits of the exit reason that the scratch message tells of, a link or
 * process death, and returns its size in bytes. See the layout of exit reasons. Traps when the
 * scratch message is no death.
 */
SELENE_IMPORT("selene::message", "exit_reason")
int32_t selene_message_exit_reason(void *buffer, size_t buffer_length);

/*
 * The process whose end the scratch message tells of, a link or process death; 0 for a data
 * message.
 */
SELENE_IMPORT("selene::message", "process_id")
uint64_t selene_message_process_id(void);

/*
 * As `lunatic::message::receive`, and then as `read_data`: copies as much of a data message as
 * fits and moves the read position on. Returns what `receive` returns in bits 0 to 15; 1 in bit
 * 16 when something is attached to the message; in bits 17 to 31 its tag, or 32,767 when that
 * does not fit, and `get_tag` tells it; in the upper 32 bits its size in bytes, 0 for a death.
 * Since 1.1.
 */
SELENE_IMPORT("selene::message", "receive_data")
int64_t selene_message_receive_data(
    const uint64_t *tags,
    size_t tag_count,
    int64_t timeout_millis,
    void *buffer,
    size_t buffer_length);

/*
 * The reference of the link that the scratch message is about; 0 for data messages and for
 * links and monitors of `lunatic::process`.
 */
SELENE_IMPORT("selene::message", "reference")
int64_t selene_message_reference(void);

/*
 * Sends the scratch message, then waits for a message with the tag that arrives after the call
 * began, or for the target's end; an answer sent before the end wins. Traps when the tag is 0.
 * The timeout is in milliseconds, -1 for ever. 0: the answer is the scratch message. 1: the
 * mailbox is full, nothing was sent. 2: the target ended, and the scratch message is a process
 * death with the tag. 9027: timed out, the scratch area is empty.
 */
SELENE_IMPORT("selene::message", "request")
int32_t selene_message_request(uint64_t target, int64_t tag, int64_t timeout_millis);

/*
 * Makes a data message of these bytes the scratch message and does what `request` does, and
 * then as `read_data`: copies as much of the answer as fits. Returns what `request` returns in
 * bits 0 to 15, the rest as `receive_data`. Since 1.1.
 */
SELENE_IMPORT("selene::message", "request_data")
int64_t selene_message_request_data(
    uint64_t target,
    int64_t tag,
    const void *data,
    size_t data_length,
    int64_t answer_tag,
    int64_t timeout_millis,
    void *buffer,
    size_t buffer_length);

/*
 * Sends a data message of these bytes, as `create_data`, `write_data` and `send` do. The
 * scratch area stays as it is. Always 0. Traps when the message would be over 2 GiB. Since 1.1.
 */
SELENE_IMPORT("selene::message", "send_data")
int32_t selene_message_send_data(
    uint64_t target,
    int64_t tag,
    const void *data,
    size_t data_length);

/*
 * Sends the scratch message as soon as there is room; who waits is served in order. The timeout
 * is in milliseconds, -1 for ever. 0: sent. 1: there will never be room: the message is larger
 * than the mailbox, or the mailbox is the caller's own. 2: there is no such process, or not any
 * more. 9027: timed out. It stays in the scratch area unless it was sent.
 */
SELENE_IMPORT("selene::message", "send_timeout")
int32_t selene_message_send_timeout(uint64_t target, int64_t timeout_millis);

/*
 * Sends the scratch message. 0: sent. 1: the mailbox is full. 2: there is no such process. It
 * stays in the scratch area unless it was sent.
 */
SELENE_IMPORT("selene::message", "try_send")
int32_t selene_message_try_send(uint64_t target);

/* selene::mailbox */

/*
 * Bounds the caller's mailbox; what is over the configuration's bound, as -1, means that bound.
 * Policy 0: what is sent to a full mailbox is dropped. Policy 1: the oldest data messages are
 * dropped instead; sends fail at the configuration's bounds alone. What waits already stays
 * under policy 0.
 */
SELENE_IMPORT("selene::mailbox", "configure")
void selene_mailbox_configure(int64_t max_messages, int64_t max_bytes, int32_t policy);

/*
 * How many messages to the caller were dropped because its mailbox was full.
 */
SELENE_IMPORT("selene::mailbox", "dropped")
int64_t selene_mailbox_dropped(void);

/* selene::trap */

/*
 * Calls the guest's export `_selene_catch(function, argument)`, two i32 without a result. 0: it
 * returned. 1: it trapped, panicked, exited, or ran out of fuel or memory; see `caught_reason`.
 * A kill or a link's death is not caught. Traps when there is no such export.
 */
SELENE_IMPORT("selene::trap", "catch")
int32_t selene_trap_catch_trap(int32_t function, int32_t argument);

/*
 * Writes as much as fits of the exit reason of the last `catch` that answered 1, and returns
 * its size in bytes. Traps when there was none.
 */
SELENE_IMPORT("selene::trap", "caught_reason")
int32_t selene_trap_caught_reason(void *buffer, size_t buffer_length);

/*
 * The next trap of the caller becomes one of kind panic with this text, of which 2,000
 * characters are kept; malformed UTF-8 is replaced. An empty text takes that back.
 */
SELENE_IMPORT("selene::trap", "set_message")
void selene_trap_set_message(const void *text, size_t text_length);

/* selene::registry */

/*
 * Gives a process a name of at most 65,536 bytes. 0: it has it. 1: a living process has the
 * name. 2: there is no such process.
 */
SELENE_IMPORT("selene::registry", "register")
int32_t selene_registry_register(const void *name, size_t name_length, uint64_t target);

/*
 * Removes a name. 0: removed. 1: nobody had it.
 */
SELENE_IMPORT("selene::registry", "unregister")
int32_t selene_registry_unregister(const void *name, size_t name_length);

/*
 * Waits until a living process has the name. The timeout is in milliseconds, -1 for ever. 0:
 * its id was written. 9027: timed out, nothing was written.
 */
SELENE_IMPORT("selene::registry", "wait_for")
int32_t selene_registry_wait_for(
    const void *name,
    size_t name_length,
    int64_t timeout_millis,
    uint64_t *out);

/*
 * Looks a name up. 0: the id of the process was written. 1: nobody has it, nothing was written.
 */
SELENE_IMPORT("selene::registry", "whereis")
int32_t selene_registry_whereis(const void *name, size_t name_length, uint64_t *out);

/* selene::group */

/*
 * Takes the scratch message, data without resources, and sends a copy to each member, the
 * caller included when it is one; full mailboxes drop it, as with `lunatic::message::send`.
 * Returns how many members there were.
 */
SELENE_IMPORT("selene::group", "broadcast")
int32_t selene_group_broadcast(const void *group, size_t group_length);

/*
 * Adds a process to a group, whose name has at most 65,536 bytes. 0: it joined. 1: it was in
 * it. 2: there is no such process.
 */
SELENE_IMPORT("selene::group", "join")
int32_t selene_group_join(const void *group, size_t group_length, uint64_t member);

/*
 * Takes a process out of a group. 0: it left. 1: it was not in it.
 */
SELENE_IMPORT("selene::group", "leave")
int32_t selene_group_leave(const void *group, size_t group_length, uint64_t member);

/*
 * Writes the process ids of a group's members in order of joining, as many as fit, and returns
 * how many members there are.
 */
SELENE_IMPORT("selene::group", "members")
int32_t selene_group_members(
    const void *group,
    size_t group_length,
    uint64_t *buffer,
    size_t buffer_count);

/*
 * Undoes `watch` by its reference; an unknown one is ignored.
 */
SELENE_IMPORT("selene::group", "unwatch")
void selene_group_unwatch(int64_t reference);

/*
 * From now on each join and leave sends the caller a data message with the tag: 0 joined or 1
 * left (1 byte), process id (8 bytes), reference (8 bytes); a full mailbox drops it. Returns
 * the reference, never 0.
 */
SELENE_IMPORT("selene::group", "watch")
int64_t selene_group_watch(const void *group, size_t group_length, int64_t tag);

/* selene::timer */

/*
 * Stops a timer of `send_every` or `lunatic::timer::send_after`. Returns the milliseconds that
 * were left, or -1 when it is unknown, has fired or was stopped.
 */
SELENE_IMPORT("selene::timer", "cancel")
int64_t selene_timer_cancel(uint64_t timer);

/*
 * Nanoseconds since some moment; never goes back.
 */
SELENE_IMPORT("selene::timer", "now")
int64_t selene_timer_now(void);

/*
 * Takes the scratch message, data without resources, and sends copies of it after a delay and
 * then once a period, both in milliseconds, until the timer is cancelled or the target or the
 * caller ends. Returns the timer's id. Traps when the period is 0.
 */
SELENE_IMPORT("selene::timer", "send_every")
uint64_t selene_timer_send_every(uint64_t target, int64_t delay_millis, int64_t period_millis);

/* selene::log */

/*
 * The most verbose level that is written, 1 error to 5 trace; 0 for none.
 */
SELENE_IMPORT("selene::log", "level")
int32_t selene_log_level(void);

/*
 * Logs a text: level 1 error, 2 warning, 3 information, 4 debug, 5 trace. The target is the
 * part of the guest that speaks. 2,000 characters are kept of each, malformed UTF-8 is
 * replaced; more lines than people can read are counted, not written.
 */
SELENE_IMPORT("selene::log", "write")
void selene_log_write(
    int32_t level,
    const void *target,
    size_t target_length,
    const void *text,
    size_t text_length);

/* selene::limits */

/*
 * Instructions left to the caller and the subtrees it belongs to; -1 when nothing limits them.
 */
SELENE_IMPORT("selene::limits", "fuel_left")
int64_t selene_limits_fuel_left(void);

/*
 * The caller's limit of a resource, -1 for none: 0 memory in bytes, 1 fuel in instructions, 2
 * stack in bytes, 3 messages and 4 bytes in the mailbox, 5 processes of the subtree, 6 handles.
 */
SELENE_IMPORT("selene::limits", "limit")
int64_t selene_limits_limit(int32_t resource);

/*
 * What the caller uses of a resource now, numbered as in `limit`; processes are those of the
 * subtree that has the limit.
 */
SELENE_IMPORT("selene::limits", "usage")
int64_t selene_limits_usage(int32_t resource);

/* selene::config */

/*
 * Allows 0 connecting to, or 1 listening on, what a rule says: `HOST`, `HOST:PORT` or
 * `HOST:FIRST-LAST`, where the host is `*`, a name, `*.NAME`, an address or ADDRESS/PREFIX. The
 * first rule replaces what was inherited. 0: added. 1: the rule is none, an error id was
 * written. At most 256 rules.
 */
SELENE_IMPORT("selene::config", "allow_network")
int32_t selene_config_allow_network(
    uint64_t config,
    int32_t direction,
    const void *rule,
    size_t rule_length,
    uint64_t *error_out);

/*
 * A new configuration; returns its id, or -1 when the caller may not create configurations.
 * Inherit 0: it permits nothing, not even the network, and has the default limits. 1: it has
 * all that the caller has, folders, variables and arguments included.
 */
SELENE_IMPORT("selene::config", "create")
int64_t selene_config_create(int32_t inherit);

/*
 * Takes the network away; rules may follow.
 */
SELENE_IMPORT("selene::config", "deny_network")
void selene_config_deny_network(uint64_t config);

/*
 * The limit of a resource, numbered as in `set_limit`, at most the caller's own; -1 for none.
 */
SELENE_IMPORT("selene::config", "get_limit")
int64_t selene_config_get_limit(uint64_t config, int32_t resource);

/*
 * 1 if both the configuration and the caller have a permission, numbered as in
 * `set_permission`, else 0.
 */
SELENE_IMPORT("selene::config", "get_permission")
int32_t selene_config_get_permission(uint64_t config, int32_t permission);

/*
 * Sets the limit of a resource, -1 for none: 0 memory in bytes, 1 fuel in instructions, rounded
 * up to 100,000, 2 stack in bytes, 3 messages and 4 bytes in the mailbox, 5 processes of the
 * subtree, 6 handles.
 */
SELENE_IMPORT("selene::config", "set_limit")
void selene_config_set_limit(uint64_t config, int32_t resource, int64_t limit);

/*
 * Sets whether the process may 0 compile modules, 1 create configurations, 2 spawn, 3 use
 * databases; not 0 is yes.
 */
SELENE_IMPORT("selene::config", "set_permission")
void selene_config_set_permission(uint64_t config, int32_t permission, int32_t allowed);

/* lunatic::networking */

/*
 * Another id for the same socket.
 */
SELENE_IMPORT("lunatic::networking", "clone_tcp_stream")
int64_t lunatic_networking_clone_tcp_stream(uint64_t stream);

/*
 * Another id for the same socket.
 */
SELENE_IMPORT("lunatic::networking", "clone_tls_stream")
int64_t lunatic_networking_clone_tls_stream(uint64_t stream);

/*
 * Another id for the same socket.
 */
SELENE_IMPORT("lunatic::networking", "clone_udp_socket")
int64_t lunatic_networking_clone_udp_socket(uint64_t socket);

/*
 * Gives an iterator up.
 */
SELENE_IMPORT("lunatic::networking", "drop_dns_iterator")
void lunatic_networking_drop_dns_iterator(uint64_t iterator);

/*
 * Gives a TCP listener up.
 */
SELENE_IMPORT("lunatic::networking", "drop_tcp_listener")
void lunatic_networking_drop_tcp_listener(uint64_t listener);

/*
 * Gives a TCP stream up.
 */
SELENE_IMPORT("lunatic::networking", "drop_tcp_stream")
void lunatic_networking_drop_tcp_stream(uint64_t stream);

/*
 * Gives a TLS listener up.
 */
SELENE_IMPORT("lunatic::networking", "drop_tls_listener")
void lunatic_networking_drop_tls_listener(uint64_t listener);

/*
 * Gives a TLS stream up.
 */
SELENE_IMPORT("lunatic::networking", "drop_tls_stream")
void lunatic_networking_drop_tls_stream(uint64_t stream);

/*
 * Gives a UDP socket up.
 */
SELENE_IMPORT("lunatic::networking", "drop_udp_socket")
void lunatic_networking_drop_udp_socket(uint64_t socket);

/*
 * A timeout in milliseconds; -1 is none.
 */
SELENE_IMPORT("lunatic::networking", "get_peek_timeout")
int64_t lunatic_networking_get_peek_timeout(uint64_t stream);

/*
 * A timeout in milliseconds; -1 is none.
 */
SELENE_IMPORT("lunatic::networking", "get_read_timeout")
int64_t lunatic_networking_get_read_timeout(uint64_t stream);

/*
 * A timeout in milliseconds; -1 is none.
 */
SELENE_IMPORT("lunatic::networking", "get_tls_read_timeout")
int64_t lunatic_networking_get_tls_read_timeout(uint64_t stream);

/*
 * A timeout in milliseconds; -1 is none.
 */
SELENE_IMPORT("lunatic::networking", "get_tls_write_timeout")
int64_t lunatic_networking_get_tls_write_timeout(uint64_t stream);

/*
 * A UDP socket's broadcast.
 */
SELENE_IMPORT("lunatic::networking", "get_udp_socket_broadcast")
int32_t lunatic_networking_get_udp_socket_broadcast(uint64_t socket);

/*
 * A UDP socket's ttl.
 */
SELENE_IMPORT("lunatic::networking", "get_udp_socket_ttl")
int32_t lunatic_networking_get_udp_socket_ttl(uint64_t socket);

/*
 * A timeout in milliseconds; -1 is none.
 */
SELENE_IMPORT("lunatic::networking", "get_write_timeout")
int64_t lunatic_networking_get_write_timeout(uint64_t stream);

/*
 * Resolves `host:port`. 0: a dns_iter id was written. 1: an error id. 9027: an error id, timed
 * out.
 */
SELENE_IMPORT("lunatic::networking", "resolve")
int32_t lunatic_networking_resolve(
    const void *name,
    size_t name_length,
    int64_t timeout_millis,
    uint64_t *id_out);

/*
 * The next address: 0 when written, 1 at the end.
 */
SELENE_IMPORT("lunatic::networking", "resolve_next")
int32_t lunatic_networking_resolve_next(
    uint64_t iterator,
    uint32_t *type_out,
    void *address_out,
    void *port_out,
    uint32_t *flow_info_out,
    uint32_t *scope_id_out);

/*
 * Sets a timeout in milliseconds; -1 is none.
 */
SELENE_IMPORT("lunatic::networking", "set_peek_timeout")
void lunatic_networking_set_peek_timeout(uint64_t stream, int64_t millis);

/*
 * Sets a timeout in milliseconds; -1 is none.
 */
SELENE_IMPORT("lunatic::networking", "set_read_timeout")
void lunatic_networking_set_read_timeout(uint64_t stream, int64_t millis);

/*
 * Sets a timeout in milliseconds; -1 is none.
 */
SELENE_IMPORT("lunatic::networking", "set_tls_read_timeout")
void lunatic_networking_set_tls_read_timeout(uint64_t stream, int64_t millis);

/*
 * Sets a timeout in milliseconds; -1 is none.
 */
SELENE_IMPORT("lunatic::networking", "set_tls_write_timeout")
void lunatic_networking_set_tls_write_timeout(uint64_t stream, int64_t millis);

/*
 * Sets a UDP socket's broadcast.
 */
SELENE_IMPORT("lunatic::networking", "set_udp_socket_broadcast")
void lunatic_networking_set_udp_socket_broadcast(uint64_t socket, int32_t value);

/*
 * Sets a UDP socket's ttl.
 */
SELENE_IMPORT("lunatic::networking", "set_udp_socket_ttl")
void lunatic_networking_set_udp_socket_ttl(uint64_t socket, int32_t value);

/*
 * Sets a timeout in milliseconds; -1 is none.
 */
SELENE_IMPORT("lunatic::networking", "set_write_timeout")
void lunatic_networking_set_write_timeout(uint64_t stream, int64_t millis);

/*
 * Waits for a connection. 0: stream and dns_iter ids were written. 1: an error id.
 */
SELENE_IMPORT("lunatic::networking", "tcp_accept")
int32_t lunatic_networking_tcp_accept(uint64_t listener, uint64_t *id_out, uint64_t *peer_out);

/*
 * Binds a TCP listener. 0: its id was written. 1: an error id.
 */
SELENE_IMPORT("lunatic::networking", "tcp_bind")
int32_t lunatic_networking_tcp_bind(
    int32_t address_type,
    const void *address,
    int32_t port,
    int32_t flow_info,
    int32_t scope_id,
    uint64_t *id_out);

/*
 * Connects. 0: a stream id was written. 1: an error id. 9027: an error id, timed out.
 */
SELENE_IMPORT("lunatic::networking", "tcp_connect")
int32_t lunatic_networking_tcp_connect(
    int32_t address_type,
    const void *address,
    int32_t port,
    int32_t flow_info,
    int32_t scope_id,
    int64_t timeout_millis,
    uint64_t *id_out);

/*
 * Flushes. 0, or 1: an error id was written.
 */
SELENE_IMPORT("lunatic::networking", "tcp_flush")
int32_t lunatic_networking_tcp_flush(uint64_t stream, uint64_t *error_out);

/*
 * The local address. 0: a dns_iter id was written. 1: an error id.
 */
SELENE_IMPORT("lunatic::networking", "tcp_local_addr")
int32_t lunatic_networking_tcp_local_addr(uint64_t listener, uint64_t *id_out);

/*
 * Peeks. 0: bytes read were written, 0 at the end. 1: an error id. 9027: timed out.
 */
SELENE_IMPORT("lunatic::networking", "tcp_peek")
int32_t lunatic_networking_tcp_peek(
    uint64_t stream,
    void *buffer,
    size_t buffer_length,
    uint64_t *result_out);

/*
 * The peer's address. 0: a dns_iter id was written. 1: an error id.
 */
SELENE_IMPORT("lunatic::networking", "tcp_peer_addr")
int32_t lunatic_networking_tcp_peer_addr(uint64_t stream, uint64_t *id_out);

/*
 * Reads. 0: bytes read were written, 0 at the end. 1: an error id. 9027: timed out.
 */
SELENE_IMPORT("lunatic::networking", "tcp_read")
int32_t lunatic_networking_tcp_read(
    uint64_t stream,
    void *buffer,
    size_t buffer_length,
    uint64_t *result_out);

/*
 * Writes from an array of address and length. 0: bytes written. 1: an error id. 9027: timed
 * out.
 */
SELENE_IMPORT("lunatic::networking", "tcp_write_vectored")
int32_t lunatic_networking_tcp_write_vectored(
    uint64_t stream,
    const uint64_t *buffers,
    size_t buffers_count,
    uint64_t *result_out);

/*
 * Waits for a connection, whose first read, write or flush shakes hands. 0: stream and dns_iter
 * ids were written. 1: an error id.
 */
SELENE_IMPORT("lunatic::networking", "tls_accept")
int32_t lunatic_networking_tls_accept(uint64_t listener, uint64_t *id_out, uint64_t *peer_out);

/*
 * Binds a TLS listener with a PEM certificate and key. 0: its id was written. 1: an error id.
 */
SELENE_IMPORT("lunatic::networking", "tls_bind")
int32_t lunatic_networking_tls_bind(
    int32_t address_type,
    const void *address,
    int32_t port,
    int32_t flow_info,
    int32_t scope_id,
    uint64_t *id_out,
    const void *certificates,
    size_t certificates_length,
    const void *keys,
    size_t keys_length);

/*
 * Connects and shakes hands. 0: a stream id was written. 1: an error id. 9027: timed out.
 */
SELENE_IMPORT("lunatic::networking", "tls_connect")
int32_t lunatic_networking_tls_connect(
    const void *host,
    size_t host_length,
    int32_t port,
    int64_t timeout_millis,
    uint64_t *id_out,
    const uint64_t *roots,
    size_t roots_count);

/*
 * Flushes. 0, or 1: an error id was written.
 */
SELENE_IMPORT("lunatic::networking", "tls_flush")
int32_t lunatic_networking_tls_flush(uint64_t stream, uint64_t *error_out);

/*
 * The local address. 0: a dns_iter id was written. 1: an error id.
 */
SELENE_IMPORT("lunatic::networking", "tls_local_addr")
int32_t lunatic_networking_tls_local_addr(uint64_t listener, uint64_t *id_out);

/*
 * Reads. 0: bytes read were written, 0 at the end. 1: an error id. 9027: timed out.
 */
SELENE_IMPORT("lunatic::networking", "tls_read")
int32_t lunatic_networking_tls_read(
    uint64_t stream,
    void *buffer,
    size_t buffer_length,
    uint64_t *result_out);

/*
 * Writes from an array of address and length. 0: bytes written. 1: an error id. 9027: timed
 * out.
 */
SELENE_IMPORT("lunatic::networking", "tls_write_vectored")
int32_t lunatic_networking_tls_write_vectored(
    uint64_t stream,
    const uint64_t *buffers,
    size_t buffers_count,
    uint64_t *result_out);

/*
 * Binds a UDP socket. 0: its id was written. 1: an error id.
 */
SELENE_IMPORT("lunatic::networking", "udp_bind")
int32_t lunatic_networking_udp_bind(
    int32_t address_type,
    const void *address,
    int32_t port,
    int32_t flow_info,
    int32_t scope_id,
    uint64_t *id_out);

/*
 * Fixes the peer. 0, or 1: an error id was written, or 9027: timed out.
 */
SELENE_IMPORT("lunatic::networking", "udp_connect")
int32_t lunatic_networking_udp_connect(
    uint64_t socket,
    int32_t address_type,
    const void *address,
    int32_t port,
    int32_t flow_info,
    int32_t scope_id,
    int64_t timeout_millis,
    uint64_t *id_out);

/*
 * The local address. 0: a dns_iter id was written. 1: an error id.
 */
SELENE_IMPORT("lunatic::networking", "udp_local_addr")
int32_t lunatic_networking_udp_local_addr(uint64_t socket, uint64_t *id_out);

/*
 * The peer's address. 0: a dns_iter id was written. 1: not connected, 2: another error; an
 * error id was written.
 */
SELENE_IMPORT("lunatic::networking", "udp_peer_addr")
int32_t lunatic_networking_udp_peer_addr(uint64_t socket, uint64_t *id_out);

/*
 * Receives a datagram, cut to the buffer. 0: bytes. 1: an error id.
 */
SELENE_IMPORT("lunatic::networking", "udp_receive")
int32_t lunatic_networking_udp_receive(
    uint64_t socket,
    void *buffer,
    size_t buffer_length,
    uint64_t *result_out);

/*
 * Receives a datagram, cut to the buffer. 0: bytes and the sender as a dns_iter id. 1: an error
 * id.
 */
SELENE_IMPORT("lunatic::networking", "udp_receive_from")
int32_t lunatic_networking_udp_receive_from(
    uint64_t socket,
    void *buffer,
    size_t buffer_length,
    uint64_t *result_out,
    uint64_t *peer_out);

/*
 * Sends a datagram. 0: bytes. 1: an error id.
 */
SELENE_IMPORT("lunatic::networking", "udp_send")
int32_t lunatic_networking_udp_send(
    uint64_t socket,
    const void *data,
    size_t data_length,
    uint64_t *result_out);

/*
 * Sends a datagram to an address. 0: bytes. 1: an error id.
 */
SELENE_IMPORT("lunatic::networking", "udp_send_to")
int32_t lunatic_networking_udp_send_to(
    uint64_t socket,
    const void *data,
    size_t data_length,
    int32_t address_type,
    const void *address,
    int32_t port,
    int32_t flow_info,
    int32_t scope_id,
    uint64_t *result_out);

/* lunatic::sqlite */

/*
 * Binds a list of values in bincode, by number or by name, with or without its `:`, `@` or `$`.
 * Traps on an error.
 */
SELENE_IMPORT("lunatic::sqlite", "bind_value")
void lunatic_sqlite_bind_value(uint64_t statement, const void *values, size_t values_length);

/*
 * Columns of the result.
 */
SELENE_IMPORT("lunatic::sqlite", "column_count")
int32_t lunatic_sqlite_column_count(uint64_t statement);

/*
 * A column's name as UTF-8, in memory from `lunatic_alloc`; returns the address.
 */
SELENE_IMPORT("lunatic::sqlite", "column_name")
int32_t lunatic_sqlite_column_name(uint64_t statement, int32_t index, uint32_t *length_out);

/*
 * All names in bincode, in memory from `lunatic_alloc`; returns the address.
 */
SELENE_IMPORT("lunatic::sqlite", "column_names")
int32_t lunatic_sqlite_column_names(uint64_t statement, uint32_t *length_out);

/*
 * Runs all statements of a text; SQLite's result code, 0 is ok.
 */
SELENE_IMPORT("lunatic::sqlite", "execute")
int32_t lunatic_sqlite_execute(uint64_t connection, const void *sql, size_t sql_length);

/*
 * The last error in bincode, in memory from `lunatic_alloc`; returns the address. Traps when
 * there is none.
 */
SELENE_IMPORT("lunatic::sqlite", "last_error")
int32_t lunatic_sqlite_last_error(uint64_t connection, uint32_t *length_out);

/*
 * Opens a database below a preopened folder; `:memory:` and an empty path are private ones. 0:
 * a connection id was written. 1: an error id.
 */
SELENE_IMPORT("lunatic::sqlite", "open")
int64_t lunatic_sqlite_open(const void *path, size_t path_length, uint64_t *id_out);

/*
 * Prepares the first statement of a text and returns its id. Traps on an error.
 */
SELENE_IMPORT("lunatic::sqlite", "query_prepare")
int64_t lunatic_sqlite_query_prepare(uint64_t connection, const void *sql, size_t sql_length);

/*
 * A value in bincode, in memory from `lunatic_alloc`; returns the address. Null where there is
 * no row or no such column.
 */
SELENE_IMPORT("lunatic::sqlite", "read_column")
int32_t lunatic_sqlite_read_column(uint64_t statement, int32_t index, uint32_t *length_out);

/*
 * The current row in bincode, in memory from `lunatic_alloc`; returns the address.
 */
SELENE_IMPORT("lunatic::sqlite", "read_row")
int32_t lunatic_sqlite_read_row(uint64_t statement, uint32_t *length_out);

/*
 * Rows changed by the last statement.
 */
SELENE_IMPORT("lunatic::sqlite", "sqlite3_changes")
int32_t lunatic_sqlite_sqlite3_changes(uint64_t connection);

/*
 * Gives a statement up.
 */
SELENE_IMPORT("lunatic::sqlite", "sqlite3_finalize")
void lunatic_sqlite_sqlite3_finalize(uint64_t statement);

/*
 * 100: a row. 101: done. Traps on an error.
 */
SELENE_IMPORT("lunatic::sqlite", "sqlite3_step")
int32_t lunatic_sqlite_sqlite3_step(uint64_t statement);

/*
 * Starts a statement anew; what was bound stays.
 */
SELENE_IMPORT("lunatic::sqlite", "statement_reset")
void lunatic_sqlite_statement_reset(uint64_t statement);

#ifdef __cplusplus
}
#endif

#endif
