import type { InboxQueue, InboxStore, ReadBundle, ReceiptStore } from "../../core/ports/inbox-ports.ts";
import type { SubmitPorts } from "../jobs/submit-job.ts";
import type { SendCancelPorts } from "../lifecycle/send-cancel.ts";

/** Ports and settings of the operations that process a file of the inbox. */
export interface ProcessFilePorts extends SubmitPorts, SendCancelPorts {
  readonly inbox: InboxStore;
  readonly receipts: ReceiptStore;
  readonly inboxQueue: InboxQueue;
  readonly readBundle: ReadBundle;
  /** Base of the URLs in receipts. */
  readonly publicUrl: string;
  /** Limit for a job file in bytes. */
  readonly maxBodyBytes: number;
  /** Limit for a zip in bytes. */
  readonly maxBundleBytes: number;
}
