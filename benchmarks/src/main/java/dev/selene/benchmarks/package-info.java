/**
 * JMH benchmarks of the parts: {@link dev.selene.benchmarks.SwitchBenchmark}, {@link
 * dev.selene.benchmarks.MailboxBenchmark}, {@link dev.selene.benchmarks.InstantiateBenchmark},
 * {@link dev.selene.benchmarks.SpawnBenchmark}, {@link dev.selene.benchmarks.MemoryBenchmark}. The
 * script {@code benchmarks/jmh} builds and runs them, and writes their results down. What guests
 * see is measured by {@code benchmarks/run}.
 */
@NullMarked
package dev.selene.benchmarks;

import org.jspecify.annotations.NullMarked;
