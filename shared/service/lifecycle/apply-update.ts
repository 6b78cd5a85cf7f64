import type { OpenJobChanges } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { readMessage, type UpdateMessage, updateMessage } from "../../core/records/messages.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { applyObservation, countNotFound, isStale, trimTimeline } from "../../core/records/transitions.ts";
import { observationDigest } from "../../core/text/digest.ts";
import { postponeUnreadable } from "./postpone-unreadable.ts";
import { type RefreshLogUrlsPorts, refreshLogUrls } from "./refresh-log-urls.ts";
import { type UpdateJobPorts, updateJob } from "./update-job.ts";

export type ApplyUpdatePorts = UpdateJobPorts & RefreshLogUrlsPorts;

/**
 * Takes what the poll saw into the record, in one conditional write, and brings the projections up to it; or refreshes the
 * job's signed log URLs. Idempotent: the same message again, or an older one, changes nothing.
 * The record where it was changed.
 */
export async function applyUpdate(
  ports: ApplyUpdatePorts,
  received: unknown,
  options: CallOptions = {},
): Promise<JobRecord | undefined> {
  const message = readMessage(updateMessage, received);
  return postponeUnreadable(ports, message.name, () => applyMessage(ports, message, options), options);
}

async function applyMessage(
  ports: ApplyUpdatePorts,
  message: UpdateMessage,
  options: CallOptions,
): Promise<JobRecord | undefined> {
  const { name } = message;
  // No row: the job is finished and everything about it is out, so there is nothing left to learn.
  const open = await ports.openJobs.get(name, options);
  if (open === undefined) return undefined;
  if (message.kind === "log_urls") {
    await refreshLogUrls(ports, name, options);
    return undefined;
  }
  const record = (now: JobRecord, at: Date) => {
    const next = takeIn(now, message, at);
    return next && trimTimeline(next, open.value.published_seq);
  };
  const revised = await updateJob(
    ports,
    name,
    { record, row: (now) => applied(now, message, ports.clock.now()), open },
    options,
  );
  return revised?.changed === true ? revised.record : undefined;
}

type News = Exclude<UpdateMessage, { readonly kind: "log_urls" }>;

function takeIn(record: JobRecord, message: News, at: Date): JobRecord | undefined {
  // Asked about an earlier job of this name, or under a name that somebody else took a moment before.
  if (record.submission_id !== message.submission_id) return undefined;
  return message.kind === "not_found"
    ? countNotFound(record, message.observed_at, at)
    : applyObservation(record, message.observation, at);
}

/** What the poll need not send again. */
function applied(record: JobRecord, message: News, at: Date): OpenJobChanges {
  const taken =
    message.kind === "status" &&
    record.submission_id === message.submission_id &&
    !isStale(record, message.observation, at);
  return taken ? { applied_digest: observationDigest(message.observation) } : {};
}
