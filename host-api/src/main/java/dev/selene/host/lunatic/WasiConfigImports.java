package dev.selene.host.lunatic;

import dev.selene.host.Handle;
import dev.selene.host.HandleKind;
import dev.selene.host.HostModule;
import dev.selene.host.HostTrap;
import dev.selene.host.Import;
import dev.selene.host.Length;
import dev.selene.host.Pointer;
import dev.selene.host.ProcessConfig;
import dev.selene.host.ProcessContext;

/**
 * {@code lunatic::wasi}: arguments, variables and folders of a configuration in the making.
 *
 * <p>A folder is only written down here. What of it the child may use is decided at the spawn,
 * where the file system is at hand: never more than its creator. Texts have at most 131,072 bytes
 * and no NUL, which would end them early in the child's argument and environment blocks.
 *
 * <p>Thread-safety: stateless. Source: ABI of Lunatic 0.13.2, lunatic-wasi-api.
 */
public final class WasiConfigImports implements HostModule {
  @Override
  public String name() {
    return "lunatic::wasi";
  }

  @Import(
      value = "config_add_environment_variable",
      summary = "Appends an environment variable to a configuration; duplicates are kept.")
  public void configAddEnvironmentVariable(
      ProcessContext process,
      @Handle("config") long config,
      @Pointer int key,
      @Length int keyLength,
      @Pointer int value,
      @Length int valueLength) {
    String keyText = text(process, key, keyLength, "key");
    String valueText = text(process, value, valueLength, "value");
    ProcessConfig.Builder builder = process.handles(HandleKind.CONFIG).get(config);
    charge(process, keyText, valueText);
    builder.variable(keyText, valueText);
  }

  @Import(
      value = "config_add_command_line_argument",
      summary = "Appends a command-line argument to a configuration; the first is argv[0].")
  public void configAddCommandLineArgument(
      ProcessContext process,
      @Handle("config") long config,
      @Pointer int argument,
      @Length int argumentLength) {
    String text = text(process, argument, argumentLength, "argument");
    ProcessConfig.Builder builder = process.handles(HandleKind.CONFIG).get(config);
    process.charge(ProcessConfig.Builder.footprintOf(text));
    builder.argument(text);
  }

  @Import(
      value = "config_preopen_dir",
      summary =
          "Adds a folder under its own name to a configuration; `~` is the home folder. Opened at"
              + " the spawn, within what the spawning process may use itself.")
  public void configPreopenDir(
      ProcessContext process,
      @Handle("config") long config,
      @Pointer int path,
      @Length int pathLength) {
    String guestPath = text(process, path, pathLength, "path");
    ProcessConfig.Builder builder = process.handles(HandleKind.CONFIG).get(config);
    String hostPath = guestPath.equals("~") ? homeFolder() : guestPath;
    charge(process, guestPath, hostPath);
    builder.preopen(guestPath, hostPath);
  }

  private static void charge(ProcessContext process, String first, String second) {
    process.charge(
        ProcessConfig.Builder.footprintOf(first) + ProcessConfig.Builder.footprintOf(second));
  }

  private static String homeFolder() {
    String home = System.getProperty("user.home", "");
    if (home.isEmpty()) {
      throw new HostTrap("path ~ has no meaning here: the host has no home folder");
    }
    return home;
  }

  private static String text(ProcessContext process, int address, int length, String what) {
    String text = GuestArguments.text(process, address, length, GuestArguments.MAX_TEXT, what);
    int nul = text.indexOf('\0');
    if (nul >= 0) {
      throw new HostTrap(what + " has a NUL at index " + nul);
    }
    return text;
  }
}
