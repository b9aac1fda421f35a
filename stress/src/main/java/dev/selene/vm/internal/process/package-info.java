/**
 * Stress tests of processes, in their package since what they test is not public. Run by {@code
 * stress/run}.
 */
@NullMarked
package dev.selene.vm.internal.process;

import org.jspecify.annotations.NullMarked;
