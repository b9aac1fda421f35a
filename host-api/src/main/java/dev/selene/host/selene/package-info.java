/**
 * The imports {@code selene::*}: what guests of Selene have beyond Lunatic's ABI. One class an
 * import module, a method an import; guests mix them freely with {@code lunatic::*}.
 *
 * <p>In reading order: {@link dev.selene.host.selene.SeleneImports} lists them all; {@link
 * dev.selene.host.selene.VersionImports} is how a guest says what it needs; {@link
 * dev.selene.host.selene.ProcessImports} spawns and links; {@link
 * dev.selene.host.selene.MessageImports} sends with an outcome and reads exit reasons, in the
 * layout of {@link dev.selene.host.selene.ExitReasonLayout}; {@link
 * dev.selene.host.selene.MailboxImports}, {@link dev.selene.host.selene.RegistryImports}, {@link
 * dev.selene.host.selene.GroupImports}, {@link dev.selene.host.selene.TimerImports}, {@link
 * dev.selene.host.selene.TrapImports}, {@link dev.selene.host.selene.LogImports}, {@link
 * dev.selene.host.selene.LimitImports} and {@link dev.selene.host.selene.ConfigImports} stand
 * alone.
 *
 * <p>Called by the virtual machine when a guest calls an import; they check arguments and call the
 * process's {@link dev.selene.host.ProcessContext} and {@link dev.selene.host.Extensions}.
 */
@NullMarked
package dev.selene.host.selene;

import org.jspecify.annotations.NullMarked;
