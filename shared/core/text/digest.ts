import { createHash } from "node:crypto";
import type { Observation } from "../records/messages.ts";

/** SHA-256 as hex. */
export function sha256(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Tells whether two observations say the same of a job; when it was asked, and the revision of what it says, do not count. */
export function observationDigest({ observed_at: _asked, revision: _revision, ...said }: Observation): string {
  const ordered = Object.entries(said).filter(([, value]) => value !== undefined);
  ordered.sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify(ordered)).slice(0, 16);
}
