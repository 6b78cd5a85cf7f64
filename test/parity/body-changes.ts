/** The requests of the SDK for a job, or its error; see submit.py. */
export interface Submitted {
  readonly id: string;
  /** Whether the SDK loads the job. */
  readonly loaded?: boolean;
  readonly job?: unknown;
  readonly assets?: Readonly<Record<string, unknown>>;
  readonly error?: string;
}

/**
 * The paths at which two submitted bodies differ, without `_source`, which is only used for statistics; the message
 * if the second was not sent.
 */
export function bodyChanges(first: Submitted, second: Submitted): string[] {
  if (second.job === undefined) return [`not sent: ${second.error ?? ""}`];
  return changes({ job: first.job, assets: first.assets }, { job: second.job, assets: second.assets }, "");
}

function changes(a: unknown, b: unknown, path: string): string[] {
  if (typeof a === "object" && typeof b === "object" && a !== null && b !== null) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)].filter((key) => key !== "_source"));
    return [...keys].flatMap((key) =>
      changes((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], `${path}/${key}`),
    );
  }
  return a === b ? [] : [path];
}
