/** When a timer fires: NCRONTAB of five or six fields, or a TimeSpan. */
import { Cron } from "croner";
import { parseTimeSpan } from "../settings/time-span.ts";

export interface Schedule {
  /** The first time after `time` (both in milliseconds); undefined if there is none. */
  next(time: number): number | undefined;
  /** False where it can fire more than once a minute: the real host keeps no status of such a timer. */
  readonly canBeMonitored: boolean;
}

const minuteMs = 60_000;
/** The highest number of each field: second, minute, hour, day, month, weekday. */
const highest = [59, 59, 23, 31, 12, 6];
const item = /^(\*|(\d+|[a-z]{3})(-(\d+|[a-z]{3}))?)(\/\d+)?$/i;

/** @throws when the text is no schedule. @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions */
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
    const given = text.trim().split(/\s+/);
    const fields = given.length === 5 ? ["0", ...given] : given;
    if (fields.length !== 6) throw new Error(`It has ${given.length} fields.`);
    const pattern = fields
      .map((field, index) =>
        field
          .split(",")
          .map((part) => readItem(part, index))
          .join(","),
      )
      .join(" ");
    // NCRONTAB demands both the day and the weekday, where classic cron takes either.
    return new Cron(pattern, { mode: "6-part", domAndDow: true, paused: true });
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(
      `The schedule expression '${text}' was not recognized as a valid cron expression or timespan string. ${reason}`,
      { cause: error },
    );
  }
}

/** NCRONTAB has none of the marks `L`, `W`, `#` and `?`; its `5/15` is 5 and every 15th after it. */
function readItem(part: string, field: number): string {
  if (!item.test(part)) throw new Error(`'${part}' is not a part of a cron field.`);
  return part.replace(/^(\d+)\//, (_, from) => `${from}-${highest[field]}/`);
}

/** The real host looks at the next five occurrences too. */
function firesWithinMinute(next: (time: number) => number | undefined): boolean {
  let last = next(Date.now());
  for (let count = 0; count < 5 && last !== undefined; count += 1) {
    const following = next(last);
    if (following !== undefined && following - last < minuteMs) return true;
    last = following;
  }
  return false;
}
