import { describe, expect, test } from "vitest";
import {
  checkAcceptsJson,
  checkPatchType,
  requestFormat,
  responseFormat,
  sniffJobFormat,
} from "../../../../shared/api/request/media-types.ts";
import { request } from "../../../support/http.ts";

const post = (headers: Record<string, string>) => request({ method: "POST", headers, body: "{}" });

describe("a request body", () => {
  test.each([
    ["application/json", "json"],
    ["application/json; charset=utf-8", "json"],
    ['APPLICATION/JSON; Charset="UTF-8"', "json"],
    ["application/yaml", "yaml"],
    ["text/yaml", "yaml"],
    ["application/x-yaml;charset=utf8", "yaml"],
    ["multipart/form-data; boundary=x", "multipart"],
    ["application/zip", "zip"],
    ["application/x-zip-compressed", "zip"],
  ])("of type %s has the format %s", (type, format) => {
    expect(requestFormat(post({ "content-type": type }))).toBe(format);
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=latin1",
    "application/jsonx",
    "json",
    "toString",
    "",
  ])("of type %j is rejected with the accepted types", (type) => {
    expect(() => requestFormat(post({ "content-type": type }))).toThrow(
      expect.objectContaining({
        code: "unsupported_media_type",
        headers: {
          "accept-post":
            "application/json, application/yaml, text/yaml, application/x-yaml, " +
            "multipart/form-data, application/zip, application/x-zip-compressed",
        },
      }),
    );
  });

  test("without a Content-Type has the format that its content shows", () => {
    expect(requestFormat(post({}))).toBeUndefined();
    expect(sniffJobFormat(Buffer.from(' {"command": "echo"}'))).toBe("json");
    expect(sniffJobFormat(Buffer.from("command: echo"))).toBe("yaml");
    expect(() => sniffJobFormat(Buffer.from("PK\u0003\u0004..."))).toThrow(
      "send it with Content-Type: application/zip",
    );
  });

  test.each(["gzip", "br", "deflate", "identity, gzip"])("with Content-Encoding %s is rejected", (encoding) => {
    expect(() => requestFormat(post({ "content-type": "application/json", "content-encoding": encoding }))).toThrow(
      expect.objectContaining({ code: "unsupported_media_type", message: expect.stringContaining(encoding) }),
    );
  });

  test("with Content-Encoding identity is accepted", () => {
    expect(requestFormat(post({ "content-type": "application/json", "content-encoding": "Identity" }))).toBe("json");
  });
});

describe("a PATCH body", () => {
  test.each(["application/merge-patch+json", "application/json"])("is accepted as %s", (type) => {
    checkPatchType(post({ "content-type": type }));
  });

  test.each(["application/json-patch+json", "application/yaml", "text/plain"])("is rejected as %s", (type) => {
    expect(() => checkPatchType(post({ "content-type": type }))).toThrow(
      expect.objectContaining({
        code: "unsupported_media_type",
        headers: { "accept-patch": "application/merge-patch+json, application/json" },
      }),
    );
  });
});

describe("the format of a job in a response", () => {
  test.each([
    [undefined, "json"],
    ["", "json"],
    ["*/*", "json"],
    ["application/*", "json"],
    ["text/html,application/xhtml+xml,*/*;q=0.8", "json"],
    ["application/yaml", "yaml"],
    ["text/yaml", "yaml"],
    ["text/*", "yaml"],
    ["application/x-yaml", "yaml"],
    ["application/json;q=0.5, application/yaml", "yaml"],
    ["application/yaml;q=0.5, application/json", "json"],
    ["application/yaml, application/json", "json"],
    ["application/yaml, */*;q=0.1", "yaml"],
    ["application/json;q=0, */*", "yaml"],
    ["APPLICATION/YAML", "yaml"],
    ["application/yaml;q=1.0;charset=utf-8", "yaml"],
  ])("for Accept: %s is %s", (accept, format) => {
    expect(responseFormat(request({ headers: accept === undefined ? {} : { accept } }))).toBe(format);
  });

  test.each([
    "text/html",
    "image/*",
    "application/json;q=0",
    "*/*;q=0",
    "application/json;q=nonsense",
    "nonsense",
    ",",
  ])("for Accept: %s is an error", (accept) => {
    expect(() => responseFormat(request({ headers: { accept } }))).toThrow(
      expect.objectContaining({ code: "not_acceptable" }),
    );
  });
});

describe("a response that is always JSON", () => {
  test.each(["*/*", "application/json", "application/*;q=0.1", "text/html, */*;q=0.1"])(
    "is sent for Accept: %s",
    (accept) => {
      checkAcceptsJson(request({ headers: { accept } }));
    },
  );

  test.each(["application/yaml", "text/html"])("is an error for Accept: %s", (accept) => {
    expect(() => checkAcceptsJson(request({ headers: { accept } }))).toThrow(
      expect.objectContaining({ code: "not_acceptable" }),
    );
  });
});
