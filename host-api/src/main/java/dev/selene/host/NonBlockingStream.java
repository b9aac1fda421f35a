package dev.selene.host;

/**
 * Marks an input or output stream that never waits, such as one that captures in memory: host
 * functions use it on a worker instead of moving the work to a blocking pool.
 */
public interface NonBlockingStream {}
