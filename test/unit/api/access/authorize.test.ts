import { describe, expect, test } from "vitest";
import { createAuthorize } from "../../../../shared/api/access/authorize.ts";
import { request } from "../../../support/http.ts";
import { ada, claimsOf, principalHeader, tenant } from "../../../support/principal.ts";

const owner = `${tenant}/${ada}`;
const headersOf = (...roles: string[]) => ({ "x-ms-client-principal": principalHeader(claimsOf(ada, roles)) });
const identify = createAuthorize({ auth: "entra", platformAuthenticates: true });
/** Whose jobs are there for a call: of all, the caller's own, or what it is refused with. */
const reach = (method: string, roles: readonly string[]) => {
  try {
    return identify(request({ method, headers: headersOf(...roles) })).scope.owner === undefined ? "all" : "own";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("under entra a caller", () => {
  test("owns jobs by tenant and object id, and is shown by name", () => {
    expect(identify(request({ headers: headersOf("submitter") }))).toEqual({
      owner,
      name: "Ada Lovelace",
      type: "User",
      scope: { owner },
    });
  });

  test.each<[readonly string[], string, string]>([
    [["reader"], "all", "forbidden"],
    [["submitter"], "own", "own"],
    [["admin"], "all", "all"],
    [["reader", "submitter"], "all", "own"],
    [["submitter", "admin"], "all", "all"],
    [["submitter", "something-else"], "own", "own"],
    [[], "forbidden", "forbidden"],
    [["Admin"], "forbidden", "forbidden"],
    [["admin,reader"], "forbidden", "forbidden"],
    [["constructor", "__proto__", "toString"], "forbidden", "forbidden"],
  ])("with the roles %j reads %s and changes %s", (roles, reads, changes) => {
    for (const method of ["GET", "HEAD"]) expect(reach(method, roles)).toBe(reads);
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
      expect(reach(method, roles)).toBe(changes);
  });

  test("who lacks a role is told which", () => {
    expect(() => identify(request({ method: "POST", headers: headersOf("reader") }))).toThrow(
      "This request needs the role submitter or admin; the caller has reader.",
    );
    expect(() => identify(request({ headers: headersOf() }))).toThrow(
      "This request needs the role reader or submitter or admin; the caller has none.",
    );
  });

  test("is nobody while the platform does not authenticate: the header may be anybody's", () => {
    const off = createAuthorize({ auth: "entra", platformAuthenticates: false });
    expect(() => off(request({ headers: headersOf("admin") }))).toThrow(
      expect.objectContaining({ code: "unauthenticated" }),
    );
  });

  test("is nobody by the headers beside the principal", () => {
    const headers = {
      "x-ms-client-principal-id": ada,
      "x-ms-client-principal-name": "ada",
      "x-ms-client-principal-idp": "aad",
    };
    expect(() => identify(request({ headers }))).toThrow(expect.objectContaining({ code: "unauthenticated" }));
  });
});

test.each([
  ["key", { owner: "key", name: "key", type: "Key", scope: {} }],
  ["none", { owner: "local", name: "local", type: "User", scope: {} }],
] as const)("under %s nobody is believed to be somebody", (auth, caller) => {
  const identifyAll = createAuthorize({ auth, platformAuthenticates: true });
  expect(identifyAll(request())).toEqual(caller);
  expect(identifyAll(request({ method: "DELETE", headers: headersOf("admin") }))).toEqual(caller);
  expect(identifyAll(request({ headers: { "x-ms-client-principal": "garbage" } }))).toEqual(caller);
});
