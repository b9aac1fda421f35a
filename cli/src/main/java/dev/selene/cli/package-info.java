/**
 * The command {@code selene}.
 *
 * <p>Reading order: {@link dev.selene.cli.Main} (from arguments to an exit code), {@code
 * RunCommand} (the main job), {@code MachineOptions} and {@code GuestOptions} (flags to a virtual
 * machine and to a process's configuration), {@code CargoProject} (a folder instead of a file),
 * {@code CrashReport} (what people read when the main process fails), then {@code TestCommand} with
 * {@code GuestTest} (one test), {@code TestSuite} (running them) and {@code TestReport} (libtest's
 * lines), and the smaller commands.
 *
 * <p>This room is the only one that prints, reads flags and configures logging. It calls {@code
 * dev.selene.vm} and nobody calls it.
 */
@NullMarked
package dev.selene.cli;

import org.jspecify.annotations.NullMarked;
