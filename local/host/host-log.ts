/** The log of the host, filtered by level and without secrets. */
import type { LogLevel } from "./app/core-types.ts";

/** Writes a line of a category such as `Function.submit-job.User`, if its level is enabled in host.json. */
export type HostLog = (level: LogLevel, category: string, message: string) => void;

const levels: readonly LogLevel[] = ["trace", "debug", "information", "warning", "error", "critical", "none"];

/** A signature, account key or function key anywhere in a line. */
const secret = /((?:\b|[?&;])(?:sig|code|AccountKey|SharedAccessKey|SharedAccessSignature|Password)=)[^\s&;"'<>]+/gi;

/** `text` without signatures and keys. */
export function redact(text: string): string {
  return text.replaceAll(secret, "$1***");
}

/**
 * Creates a log that writes to `write`, filtered by `logging.logLevel` of host.json: the longest matching category
 * prefix applies.
 */
export function createHostLog(
  write: (line: string) => void,
  logLevels: Readonly<Record<string, string>> = {},
): HostLog {
  const rules = Object.entries(logLevels)
    .filter(([category]) => category.toLowerCase() !== "default")
    .map(([category, level]) => ({ category: category.toLowerCase(), rank: rankOf(level) }))
    .sort((a, b) => b.category.length - a.category.length);
  const fallback = rankOf(
    Object.entries(logLevels).find(([category]) => category.toLowerCase() === "default")?.[1] ?? "information",
  );
  return (level, category, message) => {
    const name = category.toLowerCase();
    const minRank =
      rules.find((rule) => name === rule.category || name.startsWith(`${rule.category}.`))?.rank ?? fallback;
    if (levels.indexOf(level) < minRank) return;
    const label = level === "information" ? "" : ` ${level}:`;
    write(redact(`[${new Date().toISOString()}]${label} ${message}`));
  };
}

function rankOf(level: string): number {
  const rank = levels.indexOf(level.toLowerCase() as LogLevel);
  return rank === -1 ? levels.indexOf("information") : rank;
}
