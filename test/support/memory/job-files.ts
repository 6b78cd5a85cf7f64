import { readFile } from "node:fs/promises";
import { ServiceError } from "../../../shared/core/errors.ts";
import type { ByteRange, JobFiles } from "../../../shared/core/ports/storage-ports.ts";
import { sha256 } from "../../../shared/core/text/digest.ts";
import { byText, checkSignal, conflict } from "./port-rules.ts";

function bounds(range: ByteRange | undefined, size: number): { readonly start: number; readonly end: number } {
  if (range === undefined) return { start: 0, end: size };
  if ("suffix" in range) {
    if (range.suffix > 0 && size > 0) return { start: Math.max(0, size - range.suffix), end: size };
  } else if (range.start < size) return { start: range.start, end: Math.min(size, (range.end ?? size - 1) + 1) };
  throw new ServiceError("range_not_satisfiable", `The file has ${size} bytes.`, {
    headers: { "content-range": `bytes */${size}` },
  });
}

/** Files of jobs in memory. @param container part of the signed URLs. */
export function createMemoryJobFiles(container = "job-logs"): JobFiles {
  const kept = new Map<string, { readonly bytes: Buffer; readonly modified_at: string }>();
  const write = (key: string, bytes: Uint8Array): void =>
    void kept.set(key, { bytes: Buffer.from(bytes), modified_at: new Date().toISOString() });
  const below = (name: string) => [...kept.keys()].filter((key) => key.startsWith(`${name}/`)).sort(byText);
  return {
    async list(name, options) {
      checkSignal(options);
      return below(name).map((key) => {
        const file = kept.get(key);
        return {
          path: key.slice(name.length + 1),
          size: file?.bytes.length ?? 0,
          modified_at: file?.modified_at ?? "",
        };
      });
    },
    async read(name, path, range, options) {
      checkSignal(options);
      const bytes = kept.get(`${name}/${path}`)?.bytes;
      if (bytes === undefined) return undefined;
      const { start, end } = bounds(range, bytes.length);
      const part = Buffer.from(bytes.subarray(start, end));
      const body = async function* () {
        yield part;
      };
      return { size: bytes.length, start, length: part.length, etag: `"${sha256(bytes).slice(0, 16)}"`, body: body() };
    },
    async sign(name, path, expires, options) {
      checkSignal(options);
      return `https://memory.test/${container}/${name}/${path.split("/").map(encodeURIComponent).join("/")}?se=${expires.toISOString()}&sig=memory`;
    },
    async deleteAll(name, options) {
      checkSignal(options);
      for (const key of below(name)) kept.delete(key);
    },
    async append(name, path, offset, bytes, options) {
      checkSignal(options);
      const there = kept.get(`${name}/${path}`)?.bytes ?? Buffer.alloc(0);
      if (offset > there.length) throw conflict(`${name}/${path}`);
      write(`${name}/${path}`, Buffer.concat([there, bytes.subarray(Math.max(0, there.length - offset))]));
    },
    async upload(name, path, file, options) {
      checkSignal(options);
      write(`${name}/${path}`, await readFile(file));
    },
  };
}
