import { describe, expect, test } from "vitest";
import { readRecord } from "../../../shared/core/read-record.ts";
import { sampleRecord } from "../../support/samples.ts";

test("a record of today is read as it is", () => {
  const record = sampleRecord({ notice: { code: "dns", message: "No such host.", since: "2026-03-01T12:00:00.000Z" } });
  expect(readRecord(record)).toEqual(record);
});

describe("a record of version 1", () => {
  const first = (error?: { readonly code: string; readonly message: string }) => ({ ...sampleRecord(), schema_version: 1, ...(error && { error }) });

  test.each(["update_failed", "other_backend"])("with the error %s has a notice instead", (code) => {
    const error = { code, message: "Out of date." };
    expect(readRecord(first(error))).toEqual(sampleRecord({ notice: { ...error, since: sampleRecord().modified_at } as never }));
  });

  test("keeps any other error", () => {
    const error = { code: "exit_code", message: "1" };
    expect(readRecord(first(error))).toEqual(sampleRecord({ error }));
    expect(readRecord(first())).toEqual(sampleRecord());
  });
});
