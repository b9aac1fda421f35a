package dev.selene.vm.internal.engine;

/**
 * A generated {@link HostCalls}.
 *
 * @param targets the methods that it calls, as {@link HostCallsGenerator} writes them down: for the
 *     same ones it would be the same class
 * @param bytes the class file
 */
record HostCallsClass(String targets, byte[] bytes) {}
