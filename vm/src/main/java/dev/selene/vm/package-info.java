/**
 * The embedding API: a virtual machine for WebAssembly processes inside a JVM program.
 *
 * <p>Reading order: {@link dev.selene.vm.Vm} (build one, load modules, spawn), {@link
 * dev.selene.vm.SpawnOptions}, {@link dev.selene.vm.ProcessHandle} (watch, kill, send), {@link
 * dev.selene.vm.Mailbox} (receive in Java), {@link dev.selene.vm.Environment}.
 *
 * <p>Called by embedders and by the command line; calls {@code dev.selene.vm.internal}, which
 * nobody else may.
 */
@NullMarked
package dev.selene.vm;

import org.jspecify.annotations.NullMarked;
