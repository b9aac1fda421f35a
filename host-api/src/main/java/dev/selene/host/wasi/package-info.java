/**
 * WASI preview 1 for guests: standard streams, clocks, random numbers, and files below preopened
 * folders.
 *
 * <p>Reading order: {@link dev.selene.host.wasi.WasiImports} (the imports; {@code WasiFileImports}
 * and {@code WasiPathImports} hold those on descriptors and on paths), {@code WasiState} (the
 * descriptor table of a process), {@code Descriptor} and its three kinds, {@code ConfinedFolder}
 * and {@code PathWalk} (how a path stays inside its preopen), {@code Linux} (the system calls),
 * {@code Polling}. Apart from the imports, {@link dev.selene.host.wasi.NamedFile} finds files below
 * preopened folders for libraries that open files by name, and {@code PinnedFolders} keeps guests
 * from moving the folders above such a file.
 *
 * <p>Called by the engine on a process's virtual thread. Everything that may block runs through
 * {@link dev.selene.host.ProcessContext#runBlocking} on host buffers; such work never sees guest
 * memory. An address outside the guest's memory traps; everything else a guest can get wrong is
 * answered with an errno.
 */
@NullMarked
package dev.selene.host.wasi;

import org.jspecify.annotations.NullMarked;
