import { type Backend, BackendRefusal } from "../../core/ports/backend-port.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { editsReceived } from "../../core/records/edit-record.ts";
import { metadataOf } from "../../core/records/job-document.ts";
import type { JobReader } from "../../core/records/job-reader.ts";
import { isFinished, wasDispatched } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { type RevisePorts, reviseRecord } from "./revise-record.ts";

/**
 * Sends the current metadata of a job to its backend. True if no edit is pending: it was sent, was rejected (the record
 * is authoritative), or the backend does not store metadata. False for a job that the backend does not have yet, and
 * for a job of another backend.
 */
export async function sendEdit(
  { backend, jobReader }: { readonly backend: Backend; readonly jobReader: JobReader },
  record: JobRecord,
  options: CallOptions = {},
): Promise<boolean> {
  const { name, submission_id } = record;
  if (record.backend !== backend.id) return false;
  if (!wasDispatched(record)) return isFinished(record);
  try {
    await backend.update?.({ name, submission_id }, metadataOf(jobReader, record), options);
  } catch (error) {
    if (!(error instanceof BackendRefusal)) throw error;
  }
  return true;
}

/** Stores that the backend has received the edits of `sent`, and returns the record. */
export async function storeReceived(
  ports: RevisePorts & { readonly jobReader: JobReader },
  sent: JobRecord,
  options: CallOptions,
): Promise<JobRecord> {
  const received = (record: JobRecord, now: Date) => editsReceived(ports.jobReader, record, sent, now);
  if (received(sent, ports.clock.now()) === undefined) return sent;
  return (await reviseRecord(ports, sent.name, received, options))?.record ?? sent;
}
