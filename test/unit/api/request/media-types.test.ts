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

describe("a body", () => {
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
  ])("that is %s is read as %s", (type, format) => {
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
  ])("that is %j is refused with what is taken", (type) => {
    expect(() => requestFormat(post({ "content-type": type }))).toThrow(
      expect.objectContaining({
        code: "unsupported_media_type",
        headers: {
          "accept-post":
            "application/json, application/yaml, text/yaml, application/x-yaml, multipart/form-data, application/zip, application/x-zip-compressed",
        },
      }),
    );
  });

  test("without a media type is what it reads as", () => {
    expect(requestFormat(post({}))).toBeUndefined();
    expect(sniffJobFormat(Buffer.from(' {"command": "echo"}'))).toBe("json");
    expect(sniffJobFormat(Buffer.from("command: echo"))).toBe("yaml");
    expect(() => sniffJobFormat(Buffer.from("PK\u0003\u0004..."))).toThrow(
      "send it with Content-Type: application/zip",
    );
  });

  test.each(["gzip", "br", "deflate", "identity, gzip"])("encoded as %s is refused", (encoding) => {
    expect(() => requestFormat(post({ "content-type": "application/json", "content-encoding": encoding }))).toThrow(
      expect.objectContaining({ code: "unsupported_media_type", message: expect.stringContaining(encoding) }),
    );
  });

  test("encoded as identity is not encoded", () => {
    expect(requestFormat(post({ "content-type": "application/json", "content-encoding": "Identity" }))).toBe("json");
  });
});

describe("a patch", () => {
  test.each(["application/merge-patch+json", "application/json"])("may be %s", (type) => {
    checkPatchType(post({ "content-type": type }));
  });

  test.each(["application/json-patch+json", "application/yaml", "text/plain"])("may not be %s", (type) => {
    expect(() => checkPatchType(post({ "content-type": type }))).toThrow(
      expect.objectContaining({
        code: "unsupported_media_type",
        headers: { "accept-patch": "application/merge-patch+json, application/json" },
      }),
    );
  });
});

describe("a job is answered as the caller wants it", () => {
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
  ])("Accept: %s is %s", (accept, format) => {
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
  ])("Accept: %s is refused", (accept) => {
    expect(() => responseFormat(request({ headers: { accept } }))).toThrow(
      expect.objectContaining({ code: "not_acceptable" }),
    );
  });
});

describe("what is JSON only", () => {
  test.each(["*/*", "application/json", "application/*;q=0.1", "text/html, */*;q=0.1"])(
    "is answered for Accept: %s",
    (accept) => {
      checkAcceptsJson(request({ headers: { accept } }));
    },
  );

  test.each(["application/yaml", "text/html"])("is refused for Accept: %s", (accept) => {
    expect(() => checkAcceptsJson(request({ headers: { accept } }))).toThrow(
      expect.objectContaining({ code: "not_acceptable" }),
    );
  });
});
