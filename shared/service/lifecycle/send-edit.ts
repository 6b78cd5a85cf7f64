import { type Backend, BackendRefusal } from "../../core/ports/backend-port.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { editsReceived } from "../../core/records/edit-record.ts";
import { metadataOf } from "../../core/records/job-of.ts";
import { isFinished, wasDispatched } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { type RevisePorts, reviseRecord } from "./revise-record.ts";

/**
 * Sends the current metadata of a job to its backend. True if nothing is left to send, also if the backend does not show jobs,
 * or refuses, because the record is authoritative. False for a job that the backend does not have yet, and for a job of
 * another backend.
 */
export async function sendEdit(
  { backend }: { readonly backend: Backend },
  record: JobRecord,
  options: CallOptions = {},
): Promise<boolean> {
  const { name, submission_id } = record;
  if (record.backend !== backend.id) return false;
  if (!wasDispatched(record)) return isFinished(record);
  try {
    await backend.update?.({ name, submission_id }, metadataOf(record), options);
  } catch (error) {
    if (!(error instanceof BackendRefusal)) throw error;
  }
  return true;
}

/** Stores that the backend has received the edits of `sent`, and returns the record. */
export async function storeReceived(ports: RevisePorts, sent: JobRecord, options: CallOptions): Promise<JobRecord> {
  if (editsReceived(sent, sent, ports.clock.now()) === undefined) return sent;
  const revised = await reviseRecord(ports, sent.name, (record, now) => editsReceived(record, sent, now), options);
  return revised?.record ?? sent;
}
