/** Sockets as processes use them: direct, non-blocking, parked on would-block. */
@NullMarked
package dev.selene.net.internal;

import org.jspecify.annotations.NullMarked;
