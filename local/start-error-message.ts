/** Message for a failed start. For invalid settings it is the message of the app, without the host's error around it. */
export function startErrorMessage(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === "ConfigError") return cause.message;
  }
  return error instanceof Error ? error.message : String(error);
}
