import type { OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { describeMessage } from "../../core/records/messages.ts";
import { wasDispatched } from "../../core/records/phases.ts";
import { runOfEvent } from "../../core/records/run-event.ts";
import type { Clock } from "../../lib/clock.ts";

/**
 * Takes an event of the backend as a hint: the job is looked at by the next poll. True when there was such a job. Runs that
 * are not ours (children of pipelines, other people's) and what is no event are let go of: nothing is lost by it, as the poll
 * looks at every job anyway.
 */
export async function takeRunEvent(
  { openJobs, clock }: { readonly openJobs: OpenJobs; readonly clock: Clock },
  message: unknown,
  options: CallOptions = {},
): Promise<boolean> {
  const name = runOfEvent(message);
  const row = name === undefined ? undefined : await openJobs.get(name, options);
  // A job that was not handed over yet is none of the backend's.
  if (row === undefined || !wasDispatched(row.value)) return false;
  const now = clock.now().toISOString();
  if (row.value.next_poll_at > now) await openJobs.merge(row.value.name, { next_poll_at: now }, options);
  return true;
}

/** Lets go of an event that failed too often, or that cannot be read; says so for the log. */
export function describePoisonRunEvent(message: unknown): string {
  return `An event of Azure ML could not be used; its job is looked at when it is due. The message: ${describeMessage(message)}`;
}
