package dev.selene.cli;

/** Ends the command with one line on standard error and an exit code. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandFailure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  private CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  static CommandFailure usage(String message) {
    return new CommandFailure(ExitCodes.USAGE, message);
  }

  static CommandFailure cannotLoad(String message) {
    return new CommandFailure(ExitCodes.CANNOT_LOAD, message);
  }

  static CommandFailure cannotLoad(String message, Throwable cause) {
    return new CommandFailure(ExitCodes.CANNOT_LOAD, message, cause);
  }

  int exitCode() {
    return exitCode;
  }
}
