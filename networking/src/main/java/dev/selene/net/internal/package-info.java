/**
 * Sockets as processes use them: direct, non-blocking, parked on would-block.
 *
 * <p>Reading order: {@link dev.selene.net.internal.Readiness} (the essay: who waits, who wakes),
 * {@link dev.selene.net.internal.Poller}, {@link dev.selene.net.internal.TcpConnection} with its
 * {@link dev.selene.net.internal.Turn}s and {@link dev.selene.net.internal.Buffers}, {@link
 * dev.selene.net.internal.TcpListener}, {@link dev.selene.net.internal.UdpSocket}; then what guests
 * hold, {@link dev.selene.net.internal.SocketHandle} and {@link dev.selene.net.internal.Addresses};
 * {@link dev.selene.net.internal.Names} and {@link dev.selene.net.internal.Permissions}.
 *
 * <p>Called by the imports on processes' threads, and by the workers through {@link
 * dev.selene.scheduler.WorkerPoller}; calls nothing but the JDK and {@code dev.selene.host}.
 */
@NullMarked
package dev.selene.net.internal;

import org.jspecify.annotations.NullMarked;
