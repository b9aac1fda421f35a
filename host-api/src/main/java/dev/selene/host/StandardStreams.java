package dev.selene.host;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * Standard input, output and error of a process. A test runner captures with its own.
 *
 * @param input may block; read on a thread of its own, never on a worker
 * @param output thread-safe
 * @param error thread-safe
 * @param terminal whether output is a terminal; {@code fd_fdstat_get} tells guests so
 */
public record StandardStreams(
    InputStream input, OutputStream output, OutputStream error, boolean terminal) {}
