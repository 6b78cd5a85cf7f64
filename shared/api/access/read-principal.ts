/** Who calls, as App Service authentication says it. */
import * as z from "zod/mini";
import { ServiceError } from "../../core/errors.ts";

export interface Principal {
  /** Tenant and object id: never changes, and is never given to somebody else. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly type: "User" | "Application";
  /** Of the app's registration, as they came. */
  readonly roles: readonly string[];
}

const maxHeaderLength = 16_384;
const maxNameLength = 200;

const document = z.object({
  // Another provider of the same app may let its users choose what they claim.
  auth_typ: z.literal("aad"),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});

/** A claim by its name in the token, and by the one that the platform gives it. */
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
 * Reads the header `x-ms-client-principal`. Nothing of it is in a message: it is the caller's identity.
 * @see https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
 * @throws ServiceError `unauthenticated` for one that is missing, too large, no Base64 of the form, of another provider, or without tenant and object id.
 */
export function readPrincipal(header: string | null): Principal {
  if (header === null || header === "")
    throw unauthenticated("The call comes without a token. Send one of Microsoft Entra ID, as Authorization: Bearer.");
  const { claims } = parse(header);
  const values = (claim: keyof typeof claimTypes) =>
    claims.filter(({ typ }) => (claimTypes[claim] as readonly string[]).includes(typ)).map(({ val }) => val.trim());
  const [tenant, object] = [only(values("tenant")), only(values("object"))];
  if (tenant === undefined || object === undefined)
    throw unauthenticated("The caller's token does not say by tenant and object id who it is.");
  const isApplication = values("subject").includes(object);
  const name =
    [...values("name"), ...values("account"), ...values("application")].find((text) => text !== "") ?? object;
  return {
    id: `${tenant}/${object}`,
    name: shown(name),
    type: isApplication ? "Application" : "User",
    roles: values("role"),
  };
}

function parse(header: string): z.output<typeof document> {
  const unreadable = () => unauthenticated("What the platform says about the caller cannot be read.");
  if (header.length > maxHeaderLength || !/^[A-Za-z0-9+/]+={0,2}$/.test(header)) throw unreadable();
  try {
    return document.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(header, "base64"))));
  } catch {
    throw unreadable();
  }
}

/** The one id that is there; undefined for none, for several and for what is none. */
function only(values: readonly string[]): string | undefined {
  const [id, ...others] = new Set(values.map((value) => value.toLowerCase()));
  return id !== undefined && others.length === 0 && guid.test(id) ? id : undefined;
}

function shown(name: string): string {
  const text = name.replaceAll(/[\p{Cc}\u2028\u2029]/gu, " ").slice(0, maxNameLength);
  return text.toWellFormed().trim();
}

function unauthenticated(message: string): ServiceError {
  return new ServiceError("unauthenticated", message, { headers: { "www-authenticate": "Bearer" } });
}

/** Where the platform does not authenticate, whoever calls may have written the header. */
export function platformAuthIsOff(): ServiceError {
  return unauthenticated(
    "App Service authentication is off for this app (WEBSITE_AUTH_ENABLED is not True), so nobody can say who they are.",
  );
}
