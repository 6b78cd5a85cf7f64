/** Principals in the format of App Service authentication. */

export interface Claim {
  readonly typ: string;
  readonly val: string;
}

export const claimOf = {
  tenant: "http://schemas.microsoft.com/identity/claims/tenantid",
  object: "http://schemas.microsoft.com/identity/claims/objectidentifier",
  subject: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier",
} as const;

export const tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
export const ada = "0aa58b0c-8ccd-4d0f-9b7f-2f0f6b7a4a11";
export const bob = "b0b58b0c-8ccd-4d0f-9b7f-2f0f6b7a4a22";

/** The claims of a user: the identity and the roles. */
export function claimsOf(object: string, roles: readonly string[] = [], name = "Ada Lovelace"): Claim[] {
  return [
    { typ: "aud", val: "api://jobgate" },
    { typ: claimOf.tenant, val: tenant },
    { typ: claimOf.object, val: object },
    { typ: claimOf.subject, val: "pairwise-subject" },
    { typ: "name", val: name },
    { typ: "preferred_username", val: "ada@example.com" },
    ...roles.map((val) => ({ typ: "roles", val })),
  ];
}

/** The header `x-ms-client-principal`. */
export function principalHeader(claims: readonly Claim[], provider = "aad"): string {
  const document = {
    auth_typ: provider,
    claims,
    name_typ: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    role_typ: "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
  };
  return Buffer.from(JSON.stringify(document)).toString("base64");
}
