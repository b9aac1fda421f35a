/**
 * {@code lunatic::networking}: TCP, UDP, TLS and names for guests.
 *
 * <p>Reading order: {@link dev.selene.net.Networking} (what an embedder needs), then the imports:
 * {@link dev.selene.net.TcpImports}, {@link dev.selene.net.UdpImports}, {@link
 * dev.selene.net.TlsImports}, {@link dev.selene.net.NameResolutionImports}. They check arguments
 * and permissions; the sockets are in {@code internal}.
 */
@NullMarked
package dev.selene.net;

import org.jspecify.annotations.NullMarked;
