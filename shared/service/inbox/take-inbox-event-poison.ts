import type { CallOptions } from "../../core/ports/ports.ts";
import { causeText } from "../../core/records/cause-text.ts";
import { readInboxMessage } from "../../core/records/inbox-message.ts";
import type { ProcessFilePorts } from "./process-file-ports.ts";
import { type InboxReport, processInboxMessage, shownPath } from "./take-inbox-event.ts";
import { isTransient, writeReceipt } from "./write-receipt.ts";

/**
 * Processes an event again that failed too often. If it fails again, its file gets a receipt with the outcome `failed`.
 * After a transient error no receipt is written, so that the sweep retries the file.
 * @throws for an invalid message, which then stays in the poison queue, and when the receipt cannot be written.
 */
export async function takeInboxEventPoison(
  ports: ProcessFilePorts,
  received: unknown,
  options: CallOptions = {},
): Promise<InboxReport> {
  const message = readInboxMessage(received);
  try {
    return await processInboxMessage(ports, message, options);
  } catch (error) {
    if ("ignored" in message) throw error;
    const { file } = message;
    if (isTransient(error)) return { text: `The sweep of the inbox will retry ${shownPath(file.path)}.` };
    const text = `The file could not be submitted: ${causeText(error)}. Drop it again once the cause is fixed.`;
    await writeReceipt(ports, { file, outcome: "failed", error: { code: "internal_error", message: text } }, options);
    return { text: `Processed ${shownPath(file.path)}: failed.` };
  }
}
