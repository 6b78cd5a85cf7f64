import { observationDigest } from "../core/digest.ts";
import { readMessage, type UpdateMessage, updateMessage } from "../core/messages.ts";
import type { CallOptions } from "../core/ports.ts";
import type { JobRecord } from "../core/record.ts";
import { applyObservation, countNotFound, trimTimeline } from "../core/transitions.ts";
import { type RefreshLogUrlsPorts, refreshLogUrls } from "./refresh-log-urls.ts";
import { type RevisePorts, reviseRecord } from "./revise-record.ts";
import { type SettlePorts, settleJob } from "./settle-job.ts";

export type ApplyUpdatePorts = RevisePorts & SettlePorts & RefreshLogUrlsPorts;

/**
 * Takes what the poll saw into the record, in one conditional write, and brings the projections up to it; or refreshes the
 * job's signed log URLs. Idempotent: the same message again, or an older one, changes nothing.
 */
export async function applyUpdate(ports: ApplyUpdatePorts, received: unknown, options: CallOptions = {}): Promise<void> {
  const message = readMessage(updateMessage, received);
  if (message.kind === "log_urls") {
    await refreshLogUrls(ports, message.name, options);
    return;
  }
  // No row: the job is finished and everything about it is out, so there is nothing left to learn.
  const row = await ports.openJobs.get(message.name, options);
  if (row === undefined) return;
  const { observation } = message;
  const change = (record: JobRecord, now: Date): JobRecord | undefined => {
    const next = observation === undefined ? notFound(record, message, now) : applyObservation(record, observation, now);
    return next && trimTimeline(next, row.value.published_seq);
  };
  const revised = await reviseRecord(ports, message.name, change, options);
  if (revised === undefined) return;
  const changes = observation === undefined ? {} : { applied_digest: observationDigest(observation) };
  await settleJob(ports, revised.record, { row, changes }, options);
}

function notFound(record: JobRecord, message: UpdateMessage, now: Date): JobRecord | undefined {
  return message.kind === "status" && message.not_found === true ? countNotFound(record, now) : undefined;
}
