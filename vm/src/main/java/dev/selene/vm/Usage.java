package dev.selene.vm;

/**
 * What a process has used so far; a snapshot that may be a few microseconds old.
 *
 * @param instructions instructions executed; 100,000 are one unit of fuel
 * @param ledgerBytes bytes charged to it: memory pages, tables, messages, handles
 * @param mailboxMessages messages waiting
 * @param mailboxBytes bytes waiting
 * @param droppedMessages messages dropped because the mailbox was full
 */
public record Usage(
    long instructions,
    long ledgerBytes,
    long mailboxMessages,
    long mailboxBytes,
    long droppedMessages) {}
