import type { OpenJobs } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { describeMessage } from "../../core/records/messages.ts";
import { wasDispatched } from "../../core/records/phases.ts";
import { runOfEvent } from "../../core/records/run-event.ts";
import type { Clock } from "../../lib/clock.ts";

/**
 * Makes the job of a run event due for the next poll; returns false if there is no such job. Events of other runs
 * (children of pipelines, runs of other services) and messages that are not events are ignored: every job is polled
 * anyway.
 */
export async function takeRunEvent(
  { openJobs, clock }: { readonly openJobs: OpenJobs; readonly clock: Clock },
  message: unknown,
  options: CallOptions = {},
): Promise<boolean> {
  const name = runOfEvent(message);
  const row = name === undefined ? undefined : await openJobs.get(name, options);
  // Before the dispatch, a run of this name does not belong to the job.
  if (row === undefined || !wasDispatched(row.value)) return false;
  const now = clock.now().toISOString();
  if (row.value.next_poll_at > now) await openJobs.merge(row.value.name, { next_poll_at: now }, options);
  return true;
}

/** The text for the log about an event that failed too often or cannot be parsed. */
export function describePoisonRunEvent(message: unknown): string {
  const text = describeMessage(message);
  return `An event of Azure ML could not be used; its job is polled when it is due. The message: ${text}`;
}
