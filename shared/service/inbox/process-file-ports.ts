import type { InboxQueue, InboxStore, ReadBundle, ReceiptStore } from "../../core/ports/inbox-ports.ts";
import type { SubmitPorts } from "../jobs/submit-job.ts";
import type { SendCancelPorts } from "../lifecycle/send-cancel.ts";

/** What it takes to answer a file of the inbox. */
export interface ProcessFilePorts extends SubmitPorts, SendCancelPorts {
  readonly inbox: InboxStore;
  readonly receipts: ReceiptStore;
  readonly inboxQueue: InboxQueue;
  readonly readBundle: ReadBundle;
  /** Base of the URLs in receipts. */
  readonly publicUrl: string;
  /** Bytes of a job, and of a zip. */
  readonly maxBodyBytes: number;
  readonly maxBundleBytes: number;
}
