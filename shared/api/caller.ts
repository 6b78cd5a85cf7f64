/** Who calls. */

export interface Caller {
  /** Whose jobs the caller's are. */
  readonly owner: string;
  /** For `creation_context`. */
  readonly name: string;
  /** `User`, `Application`, `ManagedIdentity` or `Key`, as in the SDK. */
  readonly type: string;
}

const callers: Readonly<Record<"key" | "none", Caller>> = {
  key: { owner: "key", name: "key", type: "Key" },
  none: { owner: "local", name: "local", type: "User" },
};

/** A function key says that the caller may call, not who it is; without keys only this machine calls. */
export function callerOf(auth: "key" | "none"): Caller {
  return callers[auth];
}
