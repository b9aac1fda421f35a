/**
 * Runs in the compiler, never in a virtual machine: {@link dev.selene.host.index.ImportIndexer}
 * writes down which imports a class offers, so that a start need not look for their annotations.
 */
@NullMarked
package dev.selene.host.index;

import org.jspecify.annotations.NullMarked;
