import { describe, expect, test } from "vitest";
import { isUnreadableRecord } from "../../../../shared/core/records/is-unreadable-record.ts";
import { readRecord } from "../../../../shared/core/records/read-record.ts";
import { sampleRecord } from "../../../support/samples.ts";

const read = (record: unknown) => readRecord(JSON.stringify(record), "iris");
const since = "2026-03-01T12:00:00.000Z";

test("reads a current record unchanged, with unknown fields", () => {
  const record = { ...sampleRecord({ notice: { code: "dns", message: "No such host.", since } }), brand_new: [1] };
  expect(read(record)).toEqual(record);
});

test("omits a notice with an unknown code", () => {
  expect(read({ ...sampleRecord(), notice: { code: "brand_new", message: "x", since } })).toEqual(sampleRecord());
});

describe("a record of version 1", () => {
  const first = (error?: { readonly code: string; readonly message: string }) => ({
    ...sampleRecord(),
    schema_version: 1,
    ...(error && { error }),
  });

  test.each(["update_failed", "other_backend"] as const)("with the error %s has a notice instead", (code) => {
    const error = { code, message: "Out of date." };
    expect(read(first(error))).toEqual(sampleRecord({ notice: { ...error, since: sampleRecord().modified_at } }));
  });

  test("keeps any other error", () => {
    const error = { code: "exit_code", message: "1" };
    expect(read(first(error))).toEqual(sampleRecord({ error }));
    expect(read(first())).toEqual(sampleRecord());
  });
});

test("rejects a record of a later version with both versions in the message", () => {
  const error = caught(() => read({ ...sampleRecord(), schema_version: 3 }));
  expect(error).toMatchObject({
    code: "record_too_new",
    message: expect.stringMatching(/job iris has version 3, .* up to version 2\. Update the service\.$/),
  });
  expect(isUnreadableRecord(error)).toBe(true);
});

describe("rejects a damaged record with the position in the message", () => {
  test.each<[string, string, string]>([
    ["a part of one", JSON.stringify(sampleRecord()).slice(0, 100), "the root"],
    ["no bytes", "", "the root"],
    ["null", "null", "the root"],
    ["a list", "[]", "the root"],
    ["another type of a field", JSON.stringify({ ...sampleRecord(), revision: "1" }), "revision"],
    ["a mangled timeline", JSON.stringify({ ...sampleRecord(), timeline: [{ seq: "x" }] }), "timeline.0.seq"],
    ["no version", JSON.stringify({ ...sampleRecord(), schema_version: undefined }), "schema_version"],
    ["the record of another job", JSON.stringify(sampleRecord({ name: "rose" })), "name"],
  ])("%s", (_what, stored, place) => {
    const error = caught(() => readRecord(stored, "iris"));
    expect(error).toMatchObject({
      code: "record_damaged",
      message: expect.stringContaining(`record of job iris is damaged; its value at ${place} is invalid. `),
    });
    expect(isUnreadableRecord(error)).toBe(true);
  });
});

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
