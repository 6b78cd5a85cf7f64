import type { CallOptions } from "../../core/ports/ports.ts";
import { type InboxMessage, readInboxMessage } from "../../core/records/inbox-message.ts";
import { describeMessage } from "../../core/records/messages.ts";
import { processCancelFile } from "./process-cancel-file.ts";
import type { ProcessFilePorts } from "./process-file-ports.ts";
import { processJobFile } from "./process-job-file.ts";

/** What became of a message, for the log. */
export interface InboxReport {
  readonly text: string;
  /** Set when the message itself is wrong, and somebody has to look at it. */
  readonly malformed?: true;
}

/**
 * Takes in what a storage event tells of. What is no event is set aside at once: it would be none the next time either.
 * @throws what may be over soon, or is this service's fault: the queue brings the message again.
 */
export async function processInboxEvent(
  ports: ProcessFilePorts,
  message: unknown,
  options: CallOptions = {},
): Promise<InboxReport> {
  let read: InboxMessage;
  try {
    read = readInboxMessage(message);
  } catch (error) {
    await ports.inboxQueue.sendToPoison(message, options);
    return {
      text: `A message of inbox-events was put into its poison queue: ${describeMessage(message)}. ${(error as Error).message}`,
      malformed: true,
    };
  }
  return processInboxMessage(ports, read, options);
}

/** The same for a message that was read. */
export async function processInboxMessage(
  ports: ProcessFilePorts,
  message: InboxMessage,
  options: CallOptions,
): Promise<InboxReport> {
  if ("ignored" in message) return { text: `Ignored ${shown(message.path)}: it ${message.ignored}.` };
  const { file, kind } = message;
  const taken = await (kind === "cancel" ? processCancelFile : processJobFile)(ports, file, options);
  if ("ignored" in taken) return { text: `Ignored ${shown(file.path)}: it ${taken.ignored}.` };
  const { outcome, job, error } = taken.receipt;
  return {
    text: `Answered ${shown(file.path)}: ${outcome}, ${job === undefined ? `code ${error?.code}` : `job ${job.name}`}.`,
  };
}

/** Names come from outside, and must not make lines of the log. */
function shown(path: string): string {
  return JSON.stringify(path.slice(0, 300));
}
