/** The caller's identity as App Service authentication reports it. */
import * as z from "zod/mini";
import { ServiceError } from "../../core/errors.ts";

export interface Principal {
  /** Tenant id and object id, which never change and are never reused. */
  readonly id: string;
  /** Display name. */
  readonly name: string;
  readonly type: "User" | "Application";
  /** App roles in the token, known or not. */
  readonly roles: readonly string[];
}

const maxHeaderLength = 16_384;
const maxNameLength = 200;

const headerSchema = z.object({
  // Only Entra ID: other identity providers of the same app may let users choose their claims.
  auth_typ: z.literal("aad"),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});

/** Claim types: the name in the token, and the name used by App Service. */
const claimTypes = {
  tenant: ["http://schemas.microsoft.com/identity/claims/tenantid", "tid"],
  object: ["http://schemas.microsoft.com/identity/claims/objectidentifier", "oid"],
  subject: ["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", "sub"],
  role: ["http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "roles"],
  name: ["name"],
  account: ["preferred_username", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", "upn"],
  application: ["azp", "appid"],
} as const;

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Parses the header `x-ms-client-principal`. Error messages contain no part of it, because it identifies the caller.
 * @see https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
 * @throws ServiceError `unauthenticated` if it is missing, too long, malformed, of another identity provider, or
 * without exactly one tenant id and one object id.
 */
export function readPrincipal(header: string | null): Principal {
  if (header === null || header === "")
    throw unauthenticated(
      "The request has no access token. Send a token of Microsoft Entra ID in the header Authorization: Bearer.",
    );
  const { claims } = parseHeader(header);
  const values = (claim: keyof typeof claimTypes) =>
    claims.filter(({ typ }) => (claimTypes[claim] as readonly string[]).includes(typ)).map(({ val }) => val.trim());
  const [tenant, object] = [singleGuid(values("tenant")), singleGuid(values("object"))];
  if (tenant === undefined || object === undefined)
    throw unauthenticated("The access token must have one tenant id and one object id.");
  const isApplication = values("subject").includes(object);
  const name =
    [...values("name"), ...values("account"), ...values("application")].find((text) => text !== "") ?? object;
  return {
    id: `${tenant}/${object}`,
    name: printable(name),
    type: isApplication ? "Application" : "User",
    roles: values("role"),
  };
}

function parseHeader(header: string): z.output<typeof headerSchema> {
  const malformed = () => unauthenticated("The header x-ms-client-principal, set by App Service, cannot be read.");
  if (header.length > maxHeaderLength || !/^[A-Za-z0-9+/]+={0,2}$/.test(header)) throw malformed();
  try {
    const json = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(header, "base64"));
    return headerSchema.parse(JSON.parse(json));
  } catch {
    throw malformed();
  }
}

/** The single valid id; undefined if missing, repeated with another value, or malformed. */
function singleGuid(values: readonly string[]): string | undefined {
  const [id, ...others] = new Set(values.map((value) => value.toLowerCase()));
  return id !== undefined && others.length === 0 && guid.test(id) ? id : undefined;
}

function printable(name: string): string {
  const text = name.replaceAll(/[\p{Cc}\u2028\u2029]/gu, " ").slice(0, maxNameLength);
  return text.toWellFormed().trim();
}

function unauthenticated(message: string): ServiceError {
  return new ServiceError("unauthenticated", message, { headers: { "www-authenticate": "Bearer" } });
}

/**
 * The error of every request under `JOBS_AUTH=entra` without App Service authentication: a client could forge its
 * header.
 */
export function platformAuthDisabled(): ServiceError {
  return unauthenticated(
    "App Service authentication is off for this app (WEBSITE_AUTH_ENABLED is not True), so it cannot identify callers.",
  );
}
