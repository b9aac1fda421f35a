/** Tests of the virtual machine on compiled guests. */
@NullMarked
package dev.selene.vm;

import org.jspecify.annotations.NullMarked;
