import type { CallOptions } from "../../core/ports/ports.ts";
import { causeText } from "../../core/records/cause-text.ts";
import { readInboxMessage } from "../../core/records/inbox-message.ts";
import type { ProcessFilePorts } from "./process-file-ports.ts";
import { type InboxReport, processInboxMessage } from "./process-inbox-event.ts";
import { isTransient, writeReceipt } from "./write-receipt.ts";

/**
 * Ends an event that failed too often. It is tried once more; what fails then gets a receipt that says so, and what was an
 * outage is left to the sweep, which finds every file without a receipt.
 * @throws for what is no event, so that it stays in the poison queue for somebody to look at, and when the receipt cannot be written.
 */
export async function processInboxEventPoison(
  ports: ProcessFilePorts,
  received: unknown,
  options: CallOptions = {},
): Promise<InboxReport> {
  const message = readInboxMessage(received);
  try {
    return await processInboxMessage(ports, message, options);
  } catch (error) {
    if ("ignored" in message) throw error;
    if (isTransient(error)) return { text: `Left to the sweep of the inbox: ${JSON.stringify(message.file.path)}.` };
    const text = `The file could not be submitted. The cause: ${causeText(error)}. Drop it again once that is mended.`;
    await writeReceipt(
      ports,
      { file: message.file, outcome: "failed", error: { code: "internal_error", message: text } },
      options,
    );
    return { text: `Answered ${JSON.stringify(message.file.path)}: failed.` };
  }
}
