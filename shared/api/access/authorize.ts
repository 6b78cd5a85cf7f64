/** Who calls, and what they may do. */
import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../../core/errors.ts";
import type { Scope } from "../../core/records/scope.ts";
import { platformAuthIsOff, readPrincipal } from "./read-principal.ts";

export interface Caller {
  /** Whose jobs the caller's are. */
  readonly owner: string;
  /** For `creation_context`. */
  readonly name: string;
  /** `User`, `Application`, `ManagedIdentity` or `Key`, as in the SDK. */
  readonly type: string;
  /** Whose jobs are there for this call. */
  readonly scope: Scope;
}

export interface AuthorizeOptions {
  readonly auth: "key" | "entra" | "none";
  /** Whether App Service authentication is on, without which its header is anybody's. */
  readonly platformAuthenticates: boolean;
}

/** A function key says that the caller may call, not who it is; without keys only this machine calls. */
const nameless: Readonly<Record<"key" | "none", Caller>> = {
  key: { owner: "key", name: "key", type: "Key", scope: {} },
  none: { owner: "local", name: "local", type: "User", scope: {} },
};

type Reach = "all" | "own" | "none";

/** Values of the app roles. Who has several may do what any of them may. */
const roles: Readonly<Record<string, { readonly reads: Reach; readonly changes: Reach }>> = {
  reader: { reads: "all", changes: "none" },
  submitter: { reads: "own", changes: "own" },
  admin: { reads: "all", changes: "all" },
};

/**
 * Tells who makes a request.
 * @throws ServiceError `unauthenticated` when that is not known, `forbidden` when no role of theirs allows the call.
 */
export function createAuthorize({ auth, platformAuthenticates }: AuthorizeOptions): (request: HttpRequest) => Caller {
  if (auth !== "entra") return () => nameless[auth];
  return (request) => {
    if (!platformAuthenticates) throw platformAuthIsOff();
    const { id: owner, name, type, roles: given } = readPrincipal(request.headers.get("x-ms-client-principal"));
    const reach = reachOf(request.method, given);
    return { owner, name, type, scope: reach === "all" ? {} : { owner } };
  };
}

/** What reads and what changes is told by the method, so that no call can forget to ask. */
function reachOf(method: string, given: readonly string[]): "all" | "own" {
  const kind = method === "GET" || method === "HEAD" ? "reads" : "changes";
  const known = given.filter((role) => Object.hasOwn(roles, role));
  const reaches = known.map((role) => roles[role]?.[kind]);
  if (reaches.includes("all")) return "all";
  if (reaches.includes("own")) return "own";
  const able = Object.keys(roles).filter((role) => roles[role]?.[kind] !== "none");
  throw new ServiceError(
    "forbidden",
    `This call needs the role ${able.join(" or ")}; the caller has ${known.length === 0 ? "none" : known.join(" and ")}.`,
  );
}
