import type { Versioned } from "../ports/ports.ts";
import { phaseOf } from "./phases.ts";
import type { JobRecord } from "./record.ts";

/**
 * The jobs that a caller can see: those of one owner, or all without an owner. Other jobs do not exist for the caller.
 */
export interface Scope {
  readonly owner?: string;
}

/** Part of the ports of each operation that a caller requests, so that none can be called without a scope. */
export interface Scoped {
  readonly scope: Scope;
}

export function isInScope({ owner }: Scope, job: { readonly owner: string }): boolean {
  return owner === undefined || job.owner === owner;
}

/**
 * A record as the caller sees it: undefined for a missing one, one outside the scope, and one that is being deleted.
 */
export function visibleJob(found: Versioned<JobRecord> | undefined, scope: Scope): JobRecord | undefined {
  if (found === undefined || phaseOf(found.value) === "deleting" || !isInScope(scope, found.value)) return undefined;
  return found.value;
}
