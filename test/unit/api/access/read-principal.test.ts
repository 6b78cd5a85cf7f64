import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPrincipal } from "../../../../shared/api/access/read-principal.ts";
import { ada, type Claim, claimOf, claimsOf, principalHeader, tenant } from "../../../support/principal.ts";

const without = (typ: string) => claimsOf(ada, ["admin"]).filter((claim) => claim.typ !== typ);
const withMore = (...more: readonly Claim[]) => [...claimsOf(ada, ["admin"]), ...more];
const base64 = (text: string | Uint8Array) => Buffer.from(text as string).toString("base64");

describe("a principal header", () => {
  test("contains tenant id, object id, name and roles", () => {
    expect(readPrincipal(principalHeader(claimsOf(ada, ["reader", "submitter"])))).toEqual({
      id: `${tenant}/${ada}`,
      name: "Ada Lovelace",
      type: "User",
      roles: ["reader", "submitter"],
    });
  });

  test("may have the claim names of the token or those of App Service", () => {
    const claims = [
      { typ: "tid", val: tenant.toUpperCase() },
      { typ: "oid", val: ada },
      { typ: "sub", val: ada },
      { typ: "azp", val: "nightly-runs" },
      { typ: "http://schemas.microsoft.com/ws/2008/06/identity/claims/role", val: "admin" },
    ];
    expect(readPrincipal(principalHeader(claims))).toEqual({
      id: `${tenant}/${ada}`,
      name: "nightly-runs",
      type: "Application",
      roles: ["admin"],
    });
  });

  test("may repeat the same id", () => {
    expect(readPrincipal(principalHeader(withMore({ typ: "oid", val: ada.toUpperCase() }))).id).toBe(
      `${tenant}/${ada}`,
    );
  });

  test.each([
    [" \u0007Eve\r\nx: y\u2028", "Eve  x: y"],
    ["\u202e".repeat(300), "\u202e".repeat(200)],
    [`${"a".repeat(199)}😀`, `${"a".repeat(199)}\ufffd`],
    ["  ", "ada@example.com"],
  ])("has its name made printable: %j becomes %j", (name, shown) => {
    expect(readPrincipal(principalHeader(claimsOf(ada, [], name))).name).toBe(shown);
  });
});

describe("rejects with 401, and without its content in the message,", () => {
  test.each<[string, string | null]>([
    ["a missing header", null],
    ["an empty header", ""],
    ["a header that is not Base64", "{}"],
    ["base64url", "_-_-"],
    ["two headers", `${principalHeader(claimsOf(ada, ["admin"]))},${principalHeader(claimsOf(ada))}`],
    ["64 KB", "A".repeat(65_536)],
    [
      "a valid header that is too long",
      principalHeader(withMore(...Array.from({ length: 300 }, () => ({ typ: "groups", val: ada })))),
    ],
    ["text that is not UTF-8", base64(Uint8Array.of(0x7b, 0xff, 0x7d))],
    ["text that is not JSON", base64("admin")],
    ["half of a header", principalHeader(claimsOf(ada, ["admin"])).slice(0, 400)],
    ["null", base64("null")],
    ["a list", base64(JSON.stringify([{ auth_typ: "aad", claims: claimsOf(ada) }]))],
    [
      "a principal of Static Web Apps",
      base64(JSON.stringify({ identityProvider: "aad", userId: ada, userDetails: "ada", userRoles: ["admin"] })),
    ],
    ["claims that are not a list", base64(JSON.stringify({ auth_typ: "aad", claims: { oid: ada, tid: tenant } }))],
    ["a claim that is not text", base64(JSON.stringify({ auth_typ: "aad", claims: [{ typ: "oid", val: 7 }] }))],
    ["a missing identity provider", base64(JSON.stringify({ claims: claimsOf(ada) }))],
    ["another identity provider", principalHeader(claimsOf(ada, ["admin"]), "custom-oidc")],
    ["a missing tenant id", principalHeader(without(claimOf.tenant))],
    ["a missing object id", principalHeader(without(claimOf.object))],
    ["a malformed object id", principalHeader([...without(claimOf.object), { typ: "oid", val: "../../key" }])],
    [
      "an object id with more text",
      principalHeader([...without(claimOf.object), { typ: "oid", val: `${ada}\nadmin` }]),
    ],
    ["two object ids", principalHeader(withMore({ typ: "oid", val: tenant }))],
    ["two tenant ids", principalHeader(withMore({ typ: "tid", val: ada }))],
    [
      "prototype keys",
      base64(`{"__proto__": {"auth_typ": "aad", "claims": ${JSON.stringify(claimsOf(ada, ["admin"]))}}}`),
    ],
  ])("%s", (_what, header) => {
    expect(() => readPrincipal(header)).toThrow(
      expect.objectContaining({
        code: "unauthenticated",
        headers: { "www-authenticate": "Bearer" },
        message: expect.not.stringContaining(ada),
      }),
    );
  });

  test("any other text", () => {
    const anything = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.json().map((text) => base64(text)),
      fc.record({ auth_typ: fc.constant("aad"), claims: fc.anything() }).map((value) => base64(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(anything, (header) => {
        expect(() => readPrincipal(header)).toThrow(expect.objectContaining({ code: "unauthenticated" }));
      }),
    );
  });
});
