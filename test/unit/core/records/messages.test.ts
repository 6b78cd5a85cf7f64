import { describe, expect, test } from "vitest";
import {
  describeMessage,
  dispatchMessage,
  readMessage,
  updateMessage,
  withTraceparent,
} from "../../../../shared/core/records/messages.ts";
import { observationDigest, sha256 } from "../../../../shared/core/text/digest.ts";

const about = { schema_version: 1, name: "iris", submission_id: "s" };
const observation = { status: "Running", observed_at: "2026-03-01T12:00:00.000Z" };

describe("a message is parsed unchanged", () => {
  test.each([
    { ...about, kind: "status", observation },
    { ...about, kind: "not_found", observed_at: observation.observed_at },
    { ...about, kind: "log_urls" },
    { ...about, kind: "log_urls", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
  ])("%j", (message) => {
    expect(readMessage(updateMessage, message)).toEqual(message);
  });

  test("of a dispatch", () => {
    expect(readMessage(dispatchMessage, about)).toEqual(about);
  });
});

describe("an invalid message is rejected with its invalid fields", () => {
  test.each([
    ["text", "the root"],
    [undefined, "the root"],
    [{ ...about, kind: "other" }, "kind"],
    [{ ...about, kind: "status" }, "observation"],
    [{ ...about, kind: "status", observation: { ...observation, status: "" } }, "observation.status"],
    [{ ...about, kind: "status", observation: { ...observation, url: "https://x.test/?sig=1" } }, "observation"],
    [{ ...about, kind: "status", observation: { ...observation, observed_at: "soon" } }, "observation.observed_at"],
    [
      { ...about, kind: "status", observation: { ...observation, finished_at: "2026-03-01" } },
      "observation.finished_at",
    ],
    [{ ...about, kind: "not_found", observed_at: "" }, "observed_at"],
    [{ ...about, schema_version: 2, kind: "log_urls" }, "schema_version"],
    [{ ...about, name: "../iris", kind: "log_urls" }, "name"],
    [{ schema_version: 1, name: "iris", kind: "log_urls" }, "submission_id"],
  ])("%j: %s", (message, place) => {
    expect(() => readMessage(updateMessage, message)).toThrow(new RegExp(`^Not a message of this queue: .*${place}: `));
  });

  test("without its values", () => {
    const secret = {
      ...about,
      kind: "status",
      observation: { ...observation, status: 7, error: { code: "x", message: "s3cret" } },
    };
    expect(() => readMessage(updateMessage, secret)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("s3cret") }),
    );
  });
});

describe("the digest of an observation", () => {
  test("is the same for a higher revision without news", () => {
    expect(observationDigest({ ...observation, revision: 2 })).toBe(observationDigest({ ...observation, revision: 1 }));
  });

  test("is independent of the time of the request and the order of fields", () => {
    const more = { status: "Running", log_names: ["a"], backend_id: "b" };
    expect(observationDigest({ ...more, observed_at: "2026-03-01T12:00:00.000Z" })).toBe(
      observationDigest({
        backend_id: "b",
        observed_at: "2026-03-01T13:00:00.000Z",
        log_names: ["a"],
        status: "Running",
      }),
    );
  });

  test.each([{ status: "Queued" }, { log_names: ["a"] }, { error: { code: "x", message: "y" } }])(
    "knows what it says: %j",
    (more) => {
      expect(observationDigest({ ...observation, ...more })).not.toBe(observationDigest(observation));
    },
  );
});

test("a hash is SHA-256 in hex, of text and of bytes", () => {
  const expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect([sha256("abc"), sha256(Buffer.from("abc"))]).toEqual([expected, expected]);
});

test.each([
  [{ name: "iris" }, {}, { name: "iris" }],
  [{ name: "iris" }, { traceparent: "a" }, { name: "iris", traceparent: "a" }],
  [{ name: "iris", traceparent: "b" }, { traceparent: "a" }, { name: "iris", traceparent: "b" }],
])("%j sent by %j is %j", (message, sender, sent) => {
  expect(withTraceparent(message, sender)).toEqual(sent);
});

describe("a message for the log", () => {
  test.each([
    ["text", "text"],
    [{ name: "iris", n: 1 }, '{"name":"iris","n":1}'],
    ["two\r\nlines\tand more", "two lines and more"],
    [undefined, "undefined"],
    ["https://a.test/x?sig=abc%2Fdef&se=1", "https://a.test/x?sig=***&se=1"],
    ["x".repeat(301), `${"x".repeat(300)}... (301 characters)`],
  ])("%j is %s", (message, shown) => {
    expect(describeMessage(message)).toBe(shown);
  });

  test("has no part of a secret at its end", () => {
    expect(describeMessage(`${"x".repeat(270)}https://a.test/x?sig=${"s".repeat(100)}`)).not.toContain("ss");
  });
});
