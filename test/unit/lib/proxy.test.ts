import { expect, test } from "vitest";
import { clientOptions, proxyFor, sdkProxy } from "../../../shared/lib/proxy.ts";

const azure = "https://management.azure.com/x";

test.each(["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"])(
  "%s is used for Azure and never for this machine",
  (name) => {
    const env = { [name]: "http://proxy.example:3128" };
    expect(proxyFor(azure, env)?.href).toBe("http://proxy.example:3128/");
    for (const host of ["127.0.0.1:1", "localhost:1", "[::1]:1", "127.1.2.3"]) {
      expect(proxyFor(`http://${host}/x`, env)).toBeUndefined();
      expect(proxyFor(`https://${host}/x`, env)).toBeUndefined();
    }
  },
);

test.each([
  ["management.azure.com", true],
  ["azure.com", true],
  [".azure.com", true],
  ["*.azure.com", true],
  ["other.example, azure.com:443", true],
  ["azure.com:8443", false],
  ["*", true],
  ["zure.com", false],
  ["", false],
])("NO_PROXY=%j excludes management.azure.com from the proxy: %s", (list, isExcluded) => {
  for (const name of ["NO_PROXY", "no_proxy"])
    expect(proxyFor(azure, { HTTPS_PROXY: "http://p:1", [name]: list }) === undefined).toBe(isExcluded);
});

test("accepts a proxy without a scheme, and rejects other schemes with an error that names only the variable", () => {
  expect(proxyFor(azure, { HTTPS_PROXY: "127.0.0.1:9" })?.href).toBe("http://127.0.0.1:9/");
  expect(() => proxyFor(azure, { ALL_PROXY: "socks5://user:secret@p:1" })).toThrow(
    "ALL_PROXY: must be the http or https URL of a proxy.",
  );
  expect(proxyFor("http://127.0.0.1:1", { ALL_PROXY: "socks5://p:1" })).toBeUndefined();
});

test("passes the decoded user name and password of a proxy to the SDK", () => {
  expect(sdkProxy(new URL("https://me:a%40b@p.example"))).toEqual({
    host: "https://p.example",
    port: 443,
    username: "me",
    password: "a@b",
  });
});

test("passes clients of this machine an agent, which the SDK prefers to any proxy", () => {
  expect(clientOptions("http://127.0.0.1:10000/devstoreaccount1").agent).toBeDefined();
});
