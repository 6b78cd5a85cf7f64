import { describe, expect, test } from "vitest";
import { createAuthorize } from "../../../../shared/api/access/authorize.ts";
import { request } from "../../../support/http.ts";
import { ada, claimsOf, principalHeader, tenant } from "../../../support/principal.ts";

const owner = `${tenant}/${ada}`;
const headersOf = (...roles: string[]) => ({ "x-ms-client-principal": principalHeader(claimsOf(ada, roles)) });
const authorize = createAuthorize({ auth: "entra", platformAuthenticates: true });
/** The jobs that a request may access, or the code of its error. */
const accessOf = (method: string, roles: readonly string[]) => {
  try {
    return authorize(request({ method, headers: headersOf(...roles) })).scope.owner === undefined ? "all" : "own";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("a caller under JOBS_AUTH=entra", () => {
  test("has an owner id of tenant and object id, and a display name", () => {
    expect(authorize(request({ headers: headersOf("submitter") }))).toEqual({
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
  ])("with the roles %j may read: %s, and change: %s", (roles, reads, changes) => {
    for (const method of ["GET", "HEAD"]) expect(accessOf(method, roles)).toBe(reads);
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
      expect(accessOf(method, roles)).toBe(changes);
  });

  test("without a sufficient role is rejected with the required and the actual roles", () => {
    expect(() => authorize(request({ method: "POST", headers: headersOf("reader") }))).toThrow(
      "This request needs the role submitter or admin; the caller has reader.",
    );
    expect(() => authorize(request({ headers: headersOf() }))).toThrow(
      "This request needs the role reader or submitter or admin; the caller has none.",
    );
  });

  test("is rejected while App Service authentication is off, because a client can forge the header", () => {
    const off = createAuthorize({ auth: "entra", platformAuthenticates: false });
    expect(() => off(request({ headers: headersOf("admin") }))).toThrow(
      expect.objectContaining({ code: "unauthenticated" }),
    );
  });

  test("is not identified by other headers than the principal", () => {
    const headers = {
      "x-ms-client-principal-id": ada,
      "x-ms-client-principal-name": "ada",
      "x-ms-client-principal-idp": "aad",
    };
    expect(() => authorize(request({ headers }))).toThrow(expect.objectContaining({ code: "unauthenticated" }));
  });
});

test.each([
  ["key", { owner: "key", name: "key", type: "Key", scope: {} }],
  ["none", { owner: "local", name: "local", type: "User", scope: {} }],
] as const)("under JOBS_AUTH=%s the principal header is ignored", (auth, caller) => {
  const authorizeAny = createAuthorize({ auth, platformAuthenticates: true });
  expect(authorizeAny(request())).toEqual(caller);
  expect(authorizeAny(request({ method: "DELETE", headers: headersOf("admin") }))).toEqual(caller);
  expect(authorizeAny(request({ headers: { "x-ms-client-principal": "garbage" } }))).toEqual(caller);
});
