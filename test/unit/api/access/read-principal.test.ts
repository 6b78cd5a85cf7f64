import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPrincipal } from "../../../../shared/api/access/read-principal.ts";
import { ada, type Claim, claimOf, claimsOf, principalHeader, tenant } from "../../../support/principal.ts";

const without = (typ: string) => claimsOf(ada, ["admin"]).filter((claim) => claim.typ !== typ);
const with_ = (...more: readonly Claim[]) => [...claimsOf(ada, ["admin"]), ...more];
const base64 = (text: string | Uint8Array) => Buffer.from(text as string).toString("base64");

describe("the platform's header", () => {
  test("says who calls, by tenant and object id, and with which roles", () => {
    expect(readPrincipal(principalHeader(claimsOf(ada, ["reader", "submitter"])))).toEqual({
      id: `${tenant}/${ada}`,
      name: "Ada Lovelace",
      type: "User",
      roles: ["reader", "submitter"],
    });
  });

  test("is read with the claims' names in the token, too, and with roles under the platform's own", () => {
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

  test("that says the same id twice is clear", () => {
    expect(readPrincipal(principalHeader(with_({ typ: "oid", val: ada.toUpperCase() }))).id).toBe(`${tenant}/${ada}`);
  });

  test.each([
    [" \u0007Eve\r\nx: y\u2028", "Eve  x: y"],
    ["\u202e".repeat(300), "\u202e".repeat(200)],
    [`${"a".repeat(199)}😀`, `${"a".repeat(199)}\ufffd`],
    ["  ", "ada@example.com"],
  ])("gives a name that can be shown: %j is %j", (name, shown) => {
    expect(readPrincipal(principalHeader(claimsOf(ada, [], name))).name).toBe(shown);
  });
});

describe("a header that cannot be believed is a 401 that tells nothing of it:", () => {
  test.each<[string, string | null]>([
    ["none", null],
    ["an empty one", ""],
    ["no Base64", "{}"],
    ["Base64 of the URL kind", "_-_-"],
    ["two of them", `${principalHeader(claimsOf(ada, ["admin"]))},${principalHeader(claimsOf(ada))}`],
    ["64 KB", "A".repeat(65_536)],
    [
      "a good one that is too large",
      principalHeader(with_(...Array.from({ length: 300 }, () => ({ typ: "groups", val: ada })))),
    ],
    ["no UTF-8", base64(Uint8Array.of(0x7b, 0xff, 0x7d))],
    ["no JSON", base64("admin")],
    ["half of it", principalHeader(claimsOf(ada, ["admin"])).slice(0, 400)],
    ["null", base64("null")],
    ["a list", base64(JSON.stringify([{ auth_typ: "aad", claims: claimsOf(ada) }]))],
    [
      "a principal of Static Web Apps",
      base64(JSON.stringify({ identityProvider: "aad", userId: ada, userDetails: "ada", userRoles: ["admin"] })),
    ],
    ["claims that are no list", base64(JSON.stringify({ auth_typ: "aad", claims: { oid: ada, tid: tenant } }))],
    ["a claim that is no text", base64(JSON.stringify({ auth_typ: "aad", claims: [{ typ: "oid", val: 7 }] }))],
    ["no provider", base64(JSON.stringify({ claims: claimsOf(ada) }))],
    [
      "another provider, whose users may claim what they like",
      principalHeader(claimsOf(ada, ["admin"]), "custom-oidc"),
    ],
    ["no tenant", principalHeader(without(claimOf.tenant))],
    ["no object id", principalHeader(without(claimOf.object))],
    ["an object id that is none", principalHeader([...without(claimOf.object), { typ: "oid", val: "../../key" }])],
    [
      "an object id with more behind it",
      principalHeader([...without(claimOf.object), { typ: "oid", val: `${ada}\nadmin` }]),
    ],
    ["two object ids", principalHeader(with_({ typ: "oid", val: tenant }))],
    ["two tenants", principalHeader(with_({ typ: "tid", val: ada }))],
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

  test("whatever it is, and it never breaks", () => {
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
