/**
 * Stress tests of the scheduler, in its package since what they test is not public. Run by {@code
 * stress/run}.
 */
@NullMarked
package dev.selene.scheduler;

import org.jspecify.annotations.NullMarked;
