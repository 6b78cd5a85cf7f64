import { describe, expect, test } from "vitest";
import { readEdit } from "../../../../shared/api/request/read-edit.ts";
import { request } from "../../../support/http.ts";

const patch = (body: string | Uint8Array) =>
  request({ method: "PATCH", headers: { "content-type": "application/merge-patch+json" }, body });
const read = (body: string | Uint8Array) => readEdit(patch(body), 1000);

describe("an edit", () => {
  test.each([
    {},
    { display_name: "Rose", description: null, archived: true },
    { tags: { a: "1", b: null }, properties: { c: "2" } },
    { tags: {} },
  ])("%j is accepted", async (edit) => {
    expect(await read(JSON.stringify(edit))).toEqual(edit);
  });

  test.each<[string, unknown, string, string]>([
    ["an unknown field", { displayname: "x" }, "/displayname", "unknown_field"],
    ["a field that cannot be edited", { status: "Completed" }, "/status", "unknown_field"],
    ["a number instead of text", { display_name: 7 }, "/display_name", "wrong_type"],
    ["a tag with a number", { tags: { a: 1 } }, "/tags/a", "wrong_type"],
    ["tags in a list", { tags: ["a"] }, "/tags", "wrong_type"],
    ["null instead of tags", { tags: null }, "/tags", "wrong_type"],
    ["a property to delete", { properties: { a: null } }, "/properties/a", "wrong_type"],
    ["text instead of a boolean", { archived: "true" }, "/archived", "wrong_type"],
    ["a list", [], "", "wrong_type"],
    ["null", null, "", "wrong_type"],
  ])("with %s is rejected: %j", async (_what, edit, pointer, code) => {
    await expect(read(JSON.stringify(edit))).rejects.toMatchObject({
      code: "invalid_request",
      issues: [{ pointer, code }],
    });
  });

  test.each([
    [{ tags: { a: 1 } }, "tags.a must be text."],
    [{ tags: null }, "tags must be a mapping."],
    [{ archived: "yes" }, "archived must be true or false."],
    [[], "The edit must be a mapping."],
  ])("%j is rejected with the accepted type", async (edit, message) => {
    await expect(read(JSON.stringify(edit))).rejects.toMatchObject({ issues: [{ message }] });
  });

  test("is rejected with an issue for each invalid field", async () => {
    await expect(read('{"a": 1, "b": 2, "archived": 3}')).rejects.toMatchObject({ issues: { length: 3 } });
  });

  test.each([
    '{"__proto__": {"archived": true}}',
    '{"tags": {"__proto__": "a"}}',
    '{"tags": {"\\u005f_proto__": "a"}}',
    '{"constructor": 1}',
  ])("is rejected with a key of JavaScript objects: %s", async (body) => {
    await expect(read(body)).rejects.toMatchObject({ code: "invalid_request" });
  });

  test.each([
    '{"display_name": "a\\u0007"}',
    '{"tags": {"\\u009b": "a"}}',
    '{"display_name": "\\ud800"}',
    '{"tags": {"a": "\\udc00\\ud800"}}',
    '{"tags": {"\\ud800": "a"}}',
    '{"properties": {"a": "b\\ud83d"}}',
  ])("with a character that is not printable is rejected: %s", async (body) => {
    await expect(read(body)).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringMatching(/^The body has the character U\+[0-9A-F]{4}, which is not printable; remove it.$/),
    });
  });

  test("may contain surrogate pairs", async () => {
    expect(await read('{"display_name": "\\ud83d\\ude00"}')).toEqual({ display_name: "😀" });
  });

  test("may contain a tag with the name of an object's member", async () => {
    expect((await read('{"tags": {"constructor": "b", "toString": null}}')).tags).toEqual({
      constructor: "b",
      toString: null,
    });
  });

  test.each(["{", "", "nonsense", "display_name: x"])("that is not JSON is rejected: %j", async (body) => {
    await expect(read(body)).rejects.toMatchObject({ code: body === "" ? "empty_body" : "invalid_request" });
  });

  test("that is not UTF-8 is rejected", async () => {
    await expect(read(Buffer.from([0x7b, 0xff, 0x7d]))).rejects.toMatchObject({
      code: "invalid_request",
      message: "The body is not JSON in UTF-8.",
    });
  });

  test("with deep nesting is rejected", async () => {
    const body = `{"tags": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    await expect(readEdit(patch(body), 1_000_000)).rejects.toMatchObject({ code: "invalid_request" });
  });

  test("that is too large is rejected", async () => {
    await expect(read(`{"description": "${"x".repeat(1000)}"}`)).rejects.toMatchObject({ code: "body_too_large" });
  });
});
