import { expect, test } from "vitest";
import { sha256 } from "../../../../shared/core/text/digest.ts";
import { readPosition, writePosition } from "../../../../shared/storage/tables/index-position.ts";

const query = { limit: 5, statuses: ["Running"] };

/** A forged continuation with a valid checksum, which is not a secret. */
function forged(text: string): string {
  const checksum = sha256(JSON.stringify(["jobindex", [["statuses", ["Running"]]], text])).slice(0, 16);
  return Buffer.from(checksum + text).toString("base64url");
}

test("a position is valid for pages of any size", () => {
  const position = { partitionKey: "000012", rowKey: "1_iris" };
  expect(readPosition(writePosition(position, query, "jobindex"), { ...query, limit: 50 }, "jobindex")).toEqual(
    position,
  );
  expect(readPosition(forged('["000012","1_iris",null]'), query, "jobindex")).toEqual(position);
});

test.each(["null", "{}", '"text"', "[1]", '[{"a":1},null,null]', '[null,null,"bm8gSlNPTg=="]', "["])(
  "a position forged as %s is an invalid query",
  (text) => {
    expect(() => readPosition(forged(text), query, "jobindex")).toThrow(
      expect.objectContaining({
        code: "invalid_query",
        issues: [expect.objectContaining({ pointer: "/query/continuation", code: "invalid_parameter" })],
      }),
    );
  },
);

test("a position of another index is an invalid query", () => {
  expect(() => readPosition(writePosition({ rowKey: "1_iris" }, query, "others"), query, "jobindex")).toThrow(
    expect.objectContaining({ code: "invalid_query" }),
  );
});
