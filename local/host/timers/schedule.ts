/** Schedules of timers: NCRONTAB expressions with five or six fields, or a TimeSpan. */
import { Cron } from "croner";
import { parseTimeSpan } from "../settings/time-span.ts";

export interface Schedule {
  /** Next run after `time`, both in milliseconds since 1970; undefined if it never runs again. */
  next(time: number): number | undefined;
  /** False if it can fire more than once a minute: the real host stores no status of such timers. */
  readonly canBeMonitored: boolean;
}

const minuteMs = 60_000;
/** Maximum of each field: second, minute, hour, day, month, weekday. */
const maxima = [59, 59, 23, 31, 12, 6];
const item = /^(\*|(\d+|[a-z]{3})(-(\d+|[a-z]{3}))?)(\/\d+)?$/i;

/**
 * Parses a schedule. @throws if it is invalid.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
 */
export function parseSchedule(text: string): Schedule {
  const interval = /^\s*\S+\s*$/.test(text) ? parseTimeSpan(text) : undefined;
  if (interval !== undefined && interval > 0)
    return { next: (time) => time + interval, canBeMonitored: interval >= minuteMs };
  const cron = parseCron(text);
  const next = (time: number) => cron.nextRun(new Date(time))?.getTime();
  return { next, canBeMonitored: !firesWithinMinute(next) };
}

function parseCron(text: string): Cron {
  try {
    const parts = text.trim().split(/\s+/);
    const fields = parts.length === 5 ? ["0", ...parts] : parts;
    if (fields.length !== 6) throw new Error(`It has ${parts.length} fields instead of 5 or 6.`);
    const pattern = fields.map((field, index) => {
      const items = field.split(",").map((text) => toCronerItem(text, index));
      return items.join(",");
    });
    // In NCRONTAB both day and weekday must match, in classic cron one of them.
    return new Cron(pattern.join(" "), { mode: "6-part", domAndDow: true, paused: true });
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(
      `The schedule expression '${text}' was not recognized as a valid cron expression or timespan string. ${reason}`,
      { cause: error },
    );
  }
}

/**
 * Converts an item of a field for croner. NCRONTAB has no `L`, `W`, `#` and `?`; its `5/15` means 5 and every 15th
 * later.
 */
function toCronerItem(text: string, field: number): string {
  if (!item.test(text)) throw new Error(`'${text}' is not valid in a cron field.`);
  return text.replace(/^(\d+)\//, (_, from) => `${from}-${maxima[field]}/`);
}

/** Checks the next five runs, as the real host does. */
function firesWithinMinute(next: (time: number) => number | undefined): boolean {
  let previous = next(Date.now());
  for (let count = 0; count < 5 && previous !== undefined; count += 1) {
    const following = next(previous);
    if (following !== undefined && following - previous < minuteMs) return true;
    previous = following;
  }
  return false;
}
