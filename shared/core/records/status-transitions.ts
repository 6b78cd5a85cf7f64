import { isTerminal, type Status } from "./status.ts";

/**
 * True if a newer observation may change one status to the other: a terminal status never changes, CancelRequested only
 * to a terminal one, any other active status to any status.
 */
export function mayFollow(from: Status, to: Status): boolean {
  if (isTerminal(from)) return false;
  return from !== "CancelRequested" || isTerminal(to) || to === "CancelRequested";
}
