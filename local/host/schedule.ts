/** When a timer fires: NCRONTAB of five or six fields, or a TimeSpan. */
import { Cron } from "croner";
import { parseTimeSpan } from "./time-span.ts";

export interface Schedule {
  /** As in the function, settings filled in. */
  readonly text: string;
  /** The first time after `time` (both in milliseconds); undefined if there is none. */
  next(time: number): number | undefined;
  /** False where it can fire more than once a minute: such a timer has no monitor. */
  readonly canBeMonitored: boolean;
}

const minuteMs = 60_000;

/** @throws when the text is no schedule. @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions */
export function parseSchedule(text: string): Schedule {
  const interval = /^\s*\S+\s*$/.test(text) ? parseTimeSpan(text) : undefined;
  if (interval !== undefined) {
    if (interval <= 0) throw new Error(`The schedule expression '${text}' was not recognized as a valid cron expression or timespan string.`);
    return { text, next: (time) => time + interval, canBeMonitored: interval >= minuteMs };
  }
  const cron = parseCron(text);
  const next = (time: number) => cron.nextRun(new Date(time))?.getTime();
  return { text, next, canBeMonitored: !firesWithinMinute(next) };
}

function parseCron(text: string): Cron {
  try {
    const fields = text.trim().split(/\s+/);
    if (fields.length !== 5 && fields.length !== 6) throw new Error("It has neither five nor six fields.");
    // NCRONTAB demands both the day and the weekday, where classic cron takes either.
    return new Cron(fields.length === 5 ? `0 ${fields.join(" ")}` : fields.join(" "), { mode: "6-part", domAndDow: true, paused: true });
  } catch (error) {
    throw new Error(`The schedule expression '${text}' was not recognized as a valid cron expression or timespan string. ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** The real host compares the next occurrences from now; any two of them closer than a minute will do. */
function firesWithinMinute(next: (time: number) => number | undefined): boolean {
  let last = next(Date.UTC(2026, 0, 1));
  for (let count = 0; count < 5 && last !== undefined; count += 1) {
    const following = next(last);
    if (following !== undefined && following - last < minuteMs) return true;
    last = following;
  }
  return false;
}
