/**
 * The imports of Lunatic's guests, one class an import module, one method an import.
 *
 * <p>Reading order: {@link dev.selene.host.lunatic.LunaticImports} (all of them), {@link
 * dev.selene.host.lunatic.MessageImports} and {@link dev.selene.host.lunatic.ProcessImports} (what
 * every guest uses), the small ones ({@link dev.selene.host.lunatic.TimerImports}, {@link
 * dev.selene.host.lunatic.RegistryImports}, {@link dev.selene.host.lunatic.ErrorImports}...),
 * {@link dev.selene.host.lunatic.AbiDocument} (makes {@code docs/abi.md} of the annotations).
 *
 * <p>The engine calls in, on the virtual thread of the calling process; the imports call {@link
 * dev.selene.host.ProcessContext} and nothing else. An import checks every range, text and handle
 * it was given before it does anything that others can see, then charges fuel for the bytes it
 * moves, and only then acts. What an import does is said once, in the {@code summary} of its {@link
 * dev.selene.host.Import} annotation, which is what {@code docs/abi.md} shows; the methods repeat
 * nothing of it.
 *
 * <p>Source: the host ABI of Lunatic 0.13.2.
 */
@NullMarked
package dev.selene.host.lunatic;

import org.jspecify.annotations.NullMarked;
