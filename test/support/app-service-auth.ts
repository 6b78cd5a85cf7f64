/** Simulates App Service authentication: validates the token of a request and adds the principal header. */
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from "jose";
import type { PlatformAuth } from "../../local/host/http/platform-auth.ts";
import { claimOf, principalHeader } from "./principal.ts";

interface AppServiceAuthSettings {
  readonly issuer: string;
  readonly audience: string;
}

/** Claims whose names in the principal differ from those in the token. */
const mapped: Readonly<Record<string, string>> = { tid: claimOf.tenant, oid: claimOf.object, sub: claimOf.subject };

/**
 * As configured with "Allow unauthenticated access": a request without a token is passed on without a principal, and
 * one with an invalid token is rejected.
 * @see https://learn.microsoft.com/azure/app-service/overview-authentication-authorization
 */
export async function appServiceAuth({ issuer, audience }: AppServiceAuthSettings): Promise<PlatformAuth> {
  const found = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { jwks_uri } = (await found.json()) as { readonly jwks_uri: string };
  const keys = createRemoteJWKSet(new URL(jwks_uri));
  return async ({ authorization }) => {
    const token = /^Bearer (\S+)$/i.exec(authorization?.[0] ?? "")?.[1];
    if (token === undefined) return {};
    return jwtVerify(token, keys, { issuer, audience, algorithms: ["RS256"] }).then(
      ({ payload }) => principalHeaders(payload),
      () => undefined,
    );
  };
}

function principalHeaders(payload: JWTPayload): Record<string, string> {
  const claims = Object.entries(payload).flatMap(([name, value]) =>
    [value].flat().map((one) => ({ typ: mapped[name] ?? name, val: String(one) })),
  );
  return {
    "x-ms-client-principal": principalHeader(claims),
    "x-ms-client-principal-id": String(payload.oid),
    "x-ms-client-principal-name": String(payload.preferred_username ?? payload.oid),
    "x-ms-client-principal-idp": "aad",
  };
}
