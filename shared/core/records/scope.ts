/** Whose jobs are there for a caller: those of one owner, or all where it names none. What is outside is to the caller as if it were not there. */
export interface Scope {
  readonly owner?: string;
}

/** Among the ports of each operation that a caller asks for: none of them can be called without saying for whom. */
export interface Scoped {
  readonly scope: Scope;
}

export function isInScope({ owner }: Scope, job: { readonly owner: string }): boolean {
  return owner === undefined || job.owner === owner;
}
