/** Authentication and authorization of callers. */
import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../../core/errors.ts";
import type { Scope } from "../../core/records/scope.ts";
import { platformAuthDisabled, readPrincipal } from "./read-principal.ts";

export interface Caller {
  /** Owner id of the jobs that the caller submits. */
  readonly owner: string;
  /** Display name, stored in `creation_context`. */
  readonly name: string;
  /** `User`, `Application`, `ManagedIdentity` or `Key`, as in the SDK. */
  readonly type: string;
  /** Jobs that this request may access. */
  readonly scope: Scope;
}

export interface AuthorizeOptions {
  readonly auth: "key" | "entra" | "none";
  /** True if App Service authentication is on. Otherwise its header can be forged by any client. */
  readonly platformAuthenticates: boolean;
}

/** The caller of a request that is not authenticated as a person or application. The host checks function keys. */
const anonymousCallers: Readonly<Record<"key" | "none", Caller>> = {
  key: { owner: "key", name: "key", type: "Key", scope: {} },
  none: { owner: "local", name: "local", type: "User", scope: {} },
};

type Access = "all" | "own" | "none";

/** Jobs that each app role may read and change. A caller with several roles has the permissions of all of them. */
const roles: Readonly<Record<string, { readonly read: Access; readonly change: Access }>> = {
  reader: { read: "all", change: "none" },
  submitter: { read: "own", change: "own" },
  admin: { read: "all", change: "all" },
};

/**
 * Creates the function that returns the caller of a request.
 * @throws (the function) ServiceError `unauthenticated` if the caller cannot be identified, `forbidden` if no role
 * permits the request.
 */
export function createAuthorize({ auth, platformAuthenticates }: AuthorizeOptions): (request: HttpRequest) => Caller {
  if (auth !== "entra") return () => anonymousCallers[auth];
  return (request) => {
    if (!platformAuthenticates) throw platformAuthDisabled();
    const principal = readPrincipal(request.headers.get("x-ms-client-principal"));
    const { id: owner, name, type } = principal;
    const access = accessOf(request.method, principal.roles);
    return { owner, name, type, scope: access === "all" ? {} : { owner } };
  };
}

/** The access permitted by the roles. It depends on the method alone, so that it covers every route. */
function accessOf(method: string, callerRoles: readonly string[]): "all" | "own" {
  const action = method === "GET" || method === "HEAD" ? "read" : "change";
  const knownRoles = callerRoles.filter((role) => Object.hasOwn(roles, role));
  const permitted = knownRoles.map((role) => roles[role]?.[action]);
  if (permitted.includes("all")) return "all";
  if (permitted.includes("own")) return "own";
  const sufficient = Object.keys(roles).filter((role) => roles[role]?.[action] !== "none");
  throw new ServiceError(
    "forbidden",
    `This request needs the role ${sufficient.join(" or ")}; the caller has ${knownRoles.join(" and ") || "none"}.`,
  );
}
