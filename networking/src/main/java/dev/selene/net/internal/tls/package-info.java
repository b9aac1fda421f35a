/**
 * TLS for processes: {@code SSLEngine} over a {@link dev.selene.net.internal.Transport}, driven by
 * the process that reads or writes.
 *
 * <p>In reading order: {@link dev.selene.net.internal.tls.TlsStream} drives one connection, whose
 * bytes a {@link dev.selene.net.internal.tls.RecordReader} cuts into records; a {@link
 * dev.selene.net.internal.Turn} orders the processes that share it; a {@link
 * dev.selene.net.internal.tls.TlsHandle} is one process's share, and what its ledger pays. {@link
 * dev.selene.net.internal.tls.ServerIdentity} and {@link dev.selene.net.internal.tls.TrustRoots}
 * make the engines of the two sides, from what {@link dev.selene.net.internal.tls.Pem} and {@link
 * dev.selene.net.internal.tls.PrivateKeys} read.
 */
@NullMarked
package dev.selene.net.internal.tls;

import org.jspecify.annotations.NullMarked;
