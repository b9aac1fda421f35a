package dev.selene.vm;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a virtual machine is made of and holds; a snapshot.
 *
 * @param workers threads that run processes; 0 when the JDK's scheduler does
 * @param workStealing true with our own scheduler, false with the JDK's
 * @param engine how code runs
 * @param cacheDirectory where compiled code is kept; null for nowhere
 * @param memoryBudget bytes that all processes together may use
 * @param liveProcesses guests that have not ended
 * @param chargedBytes bytes on the ledger
 */
public record VmInformation(
    int workers,
    boolean workStealing,
    EngineMode engine,
    @Nullable Path cacheDirectory,
    long memoryBudget,
    long liveProcesses,
    long chargedBytes) {}
