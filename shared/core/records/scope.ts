import type { Versioned } from "../ports/ports.ts";
import { phaseOf } from "./phases.ts";
import type { JobRecord } from "./record.ts";

/**
 * The jobs visible to a caller: those of one owner, or all without an owner. Requests for other jobs fail with
 * `job_not_found`.
 */
export interface Scope {
  readonly owner?: string;
}

/** Part of the ports of each operation that a caller requests, so that no operation can be called without a scope. */
export interface Scoped {
  readonly scope: Scope;
}

export function isInScope({ owner }: Scope, job: { readonly owner: string }): boolean {
  return owner === undefined || job.owner === owner;
}

/** The record if it is visible in the scope; undefined if it is missing, outside the scope or being deleted. */
export function visibleJob(found: Versioned<JobRecord> | undefined, scope: Scope): JobRecord | undefined {
  if (found === undefined || phaseOf(found.value) === "deleting" || !isInScope(scope, found.value)) return undefined;
  return found.value;
}
