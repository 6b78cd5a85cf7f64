/** Jobs of the allowed size that are made to take long: one part over and over in any place of a job of any type, and documents with much of one thing. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Azure ML writes its bindings so
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadJob } from "../../shared/core/job/load-job.ts";
import { folderFiles } from "../parity/folder-files.ts";

/** The size that a body may have by default. */
export const allowedBytes = 262_144;

const folder = new URL("../../examples/", import.meta.url);

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** The example jobs as JSON, of every type. */
export const templates: readonly { readonly file: string; readonly job: Json }[] = readdirSync(folder)
  .filter((file) => file.endsWith(".yml"))
  .map((file) => ({ file, job: asJson(readFileSync(new URL(file, folder), "utf8")) }));

function asJson(source: string): Json {
  const { job, issues } = loadJob(source, { files: folderFiles(fileURLToPath(folder)) });
  if (job === undefined) throw new Error(JSON.stringify(issues));
  const { creation_context: _context, ...fields } = job.toObject();
  return JSON.parse(JSON.stringify({ description: "x", tags: { a: "b" }, properties: { c: "d" }, display_name: "e", ...fields }));
}

/** The places of a job where a text stands, as paths; `<key>` at the end is the name of a field. */
export function placesOf(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, member]) => placesOf(member, [...path, key]));
  return Array.isArray(value) ? inner : [...inner, [...path, "<key>"]];
}

/** A copy of a job with this text in a place. */
export function withText(value: Json, [key, ...rest]: readonly string[], text: string): Json {
  if (key === undefined) return text;
  if (key === "<key>") return { ...(value as { [key: string]: Json }), [text]: "x" };
  const copy = Array.isArray(value) ? [...value] : { ...(value as { [key: string]: Json }) };
  const member = (value as { [key: string]: Json })[key] as Json;
  Object.assign(copy, { [key]: withText(member, rest, text) });
  return copy;
}

/** What an expression may look for over and over: the openings of everything that the service reads in a text. */
export const openings = [
  ...["${{", "${{ ", "${{inputs.", "${{parent.inputs.a", "${{parent.jobs.", "${{inputs.x}}", "${{search_space.", "${{parent.outputs.", "}}", "$${{"],
  ...["$[[", "$[[${{inputs.x}}", "[${{inputs.", "[a", "]]", "[", "{", "(", "<", '"', "'", '\\"', "\\", "`", "%", "%3F", "%25", "&"],
  ...[" ", "\t", "\n", "\r", "\r\n", " \n", "a ", " a", "a\n", "\n\n ", "-", "- ", "--", ".", "..", "../", "/", "//", "./", ":", "::", ": ", "#", " #", "_"],
  ...["?sig=", "&sig=", "sig=", "%3Fsig%3D", "%253Fsig%253D", "AccountKey=", "AccountKey =", '"AccountKey":"', "accountkey", "password:", "Pwd=", "a://", "a://b:", "a://b:c@", "://", "@"],
  ...["azureml:", "azureml://", "azureml://registries/", "/subscriptions/", "file:", "http://a.", "http://", "https://a:", "a.", "a-", "a_", "A", "Aa", "aA", "0", "1_", "1:", "1.", "0.0", "e1", "1e"],
  ...["\u00e9", "e\u0301", "\u0301", "\ufb2c", "\u1100\u1161", "\ud83d\ude00", "\u0345\u0301", "\u0085", "\u2028", "\u212a", "=", "<<", "~", "*a", "&a ", "!", "!!", "|", ">", "null", "true", ",", ";", "$", "git+"],
] as const;

/** A part over and over, cut to a length, with an end that fits nothing. */
export function repeated(part: string, length: number): string {
  return `${part.repeat(Math.ceil(length / part.length)).slice(0, length)}\u0001!`;
}
