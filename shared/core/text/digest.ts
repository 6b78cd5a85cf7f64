import { createHash } from "node:crypto";
import type { Observation } from "../records/messages.ts";

/** SHA-256 as hex. */
export function sha256(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A digest that is equal for observations with the same content, whatever their time and revision. */
export function observationDigest({ observed_at: _observedAt, revision: _revision, ...content }: Observation): string {
  const ordered = Object.entries(content).filter(([, value]) => value !== undefined);
  ordered.sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify(ordered)).slice(0, 16);
}
