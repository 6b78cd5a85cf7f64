/** The message of a start that failed. Wrong settings are the app's own words, without those of the host that loaded it. */
export function startFailure(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === "ConfigError") return at.message;
  }
  return error instanceof Error ? error.message : String(error);
}
