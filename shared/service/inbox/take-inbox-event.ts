import type { CallOptions } from "../../core/ports/ports.ts";
import { type InboxMessage, readInboxMessage } from "../../core/records/inbox-message.ts";
import { describeMessage } from "../../core/records/messages.ts";
import { processCancelFile } from "./process-cancel-file.ts";
import type { ProcessFilePorts } from "./process-file-ports.ts";
import { processJobFile } from "./process-job-file.ts";

/** The result of a message, for the log. */
export interface InboxReport {
  readonly text: string;
  /** Set for an invalid message, which an operator has to check. */
  readonly malformed?: true;
}

/**
 * Processes the file of a storage event. An invalid message is moved to the poison queue immediately, because a retry
 * would fail in the same way.
 * @throws transient errors and errors of the service, so that the queue retries the message.
 */
export async function takeInboxEvent(
  ports: ProcessFilePorts,
  received: unknown,
  options: CallOptions = {},
): Promise<InboxReport> {
  let message: InboxMessage;
  try {
    message = readInboxMessage(received);
  } catch (error) {
    await ports.inboxQueue.sendToPoison(received, options);
    const text = `A message of inbox-events was moved to the poison queue: ${describeMessage(received)}.`;
    return { text: `${text} ${(error as Error).message}`, malformed: true };
  }
  return processInboxMessage(ports, message, options);
}

/** Processes the file of a valid message. @throws as `takeInboxEvent`. */
export async function processInboxMessage(
  ports: ProcessFilePorts,
  message: InboxMessage,
  options: CallOptions,
): Promise<InboxReport> {
  if ("ignored" in message) return { text: `Ignored ${shownPath(message.path)}: it ${message.ignored}.` };
  const { file, kind } = message;
  const process = kind === "cancel" ? processCancelFile : processJobFile;
  const result = await process(ports, file, options);
  if ("ignored" in result) return { text: `Ignored ${shownPath(file.path)}: it ${result.ignored}.` };
  const { outcome, job, error } = result.receipt;
  const subject = job === undefined ? `code ${error?.code}` : `job ${job.name}`;
  return { text: `Processed ${shownPath(file.path)}: ${outcome}, ${subject}.` };
}

/** A file name for the log: quoted, because it is untrusted and could contain line breaks. */
export function shownPath(path: string): string {
  return JSON.stringify(path.slice(0, 300));
}
