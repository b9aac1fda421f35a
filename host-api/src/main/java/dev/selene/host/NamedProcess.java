package dev.selene.host;

/**
 * What a name stands for.
 *
 * @param node 0 for this node when it is not part of a cluster
 * @param process process id
 */
public record NamedProcess(long node, long process) {}
