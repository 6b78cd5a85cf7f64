import type { OpenJobChanges } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { applyObservation, countNotFound, isStale } from "../../core/records/apply-observation.ts";
import { readMessage, type UpdateMessage, updateMessage } from "../../core/records/messages.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { trimTimeline } from "../../core/records/revise.ts";
import { observationDigest } from "../../core/text/digest.ts";
import { postponeUnreadable } from "./postpone-unreadable.ts";
import { type RefreshLogUrlsPorts, refreshLogUrls } from "./refresh-log-urls.ts";
import { type UpdateJobPorts, updateJob } from "./update-job.ts";

export type ApplyUpdatePorts = UpdateJobPorts & RefreshLogUrlsPorts;

/**
 * Applies an observation of the poll to the record and its projections, or refreshes the job's signed log URLs.
 * Idempotent: a repeated or older message changes nothing. Returns the record if it changed.
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
  // A job without a row is finished and its projections are up to date, so no observation can change it.
  const open = await ports.openJobs.get(name, options);
  if (open === undefined) return undefined;
  if (message.kind === "log_urls") {
    await refreshLogUrls(ports, name, options);
    return undefined;
  }
  const record = (found: JobRecord, now: Date) => {
    const next = nextRecord(found, message, now);
    return next && trimTimeline(next, open.value.published_seq);
  };
  const revised = await updateJob(
    ports,
    name,
    { record, row: (found) => appliedDigest(found, message, ports.clock.now()), open },
    options,
  );
  return revised?.changed === true ? revised.record : undefined;
}

type ObservationMessage = Exclude<UpdateMessage, { readonly kind: "log_urls" }>;

function nextRecord(record: JobRecord, message: ObservationMessage, now: Date): JobRecord | undefined {
  // The message is about an earlier job of this name, or about a submission that lost the race for the name.
  if (record.submission_id !== message.submission_id) return undefined;
  return message.kind === "not_found"
    ? countNotFound(record, message.observed_at, now)
    : applyObservation(record, message.observation, now);
}

/** The digest of an observation that was applied: the poll does not send it again. */
function appliedDigest(record: JobRecord, message: ObservationMessage, now: Date): OpenJobChanges {
  const isApplied =
    message.kind === "status" &&
    record.submission_id === message.submission_id &&
    !isStale(record, message.observation, now);
  return isApplied ? { applied_digest: observationDigest(message.observation) } : {};
}
