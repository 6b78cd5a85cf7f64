import { appendFile, cp, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { JobFiles } from "../../../shared/core/ports/storage-ports.ts";

/** Files of jobs in a folder, which several processes can share. */
export function createDiskFiles(directory: string): JobFiles & { text(name: string, path: string): Promise<string> } {
  const at = (name: string, path: string) => join(directory, name, path);
  const sizeOf = async (file: string) => (await stat(file).catch(() => undefined))?.size ?? 0;
  return {
    async list(name) {
      const entries = await readdir(join(directory, name), { recursive: true, withFileTypes: true }).catch(() => []);
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return Promise.all(
        files.map(async (file) => ({
          path: file.slice(join(directory, name).length + 1),
          size: await sizeOf(file),
          modified_at: new Date(0).toISOString(),
        })),
      );
    },
    async read(name, path) {
      const bytes = await readFile(at(name, path)).catch(() => undefined);
      if (bytes === undefined) return undefined;
      const body = (async function* () {
        yield bytes;
      })();
      return { size: bytes.length, start: 0, length: bytes.length, etag: '"1"', body };
    },
    async sign(name, path) {
      return `https://files.invalid/${name}/${path}`;
    },
    async deleteAll(name) {
      await rm(join(directory, name), { recursive: true, force: true });
    },
    async append(name, path, offset, bytes) {
      const file = at(name, path);
      await mkdir(dirname(file), { recursive: true });
      const size = await sizeOf(file);
      if (offset > size) throw new Error(`${path} has ${size} bytes; ${offset} would leave a gap.`);
      await appendFile(file, bytes.subarray(size - offset));
    },
    async upload(name, path, file) {
      await mkdir(dirname(at(name, path)), { recursive: true });
      await cp(file, at(name, path));
    },
    async text(name, path) {
      return readFile(at(name, path), "utf8").catch(() => "");
    },
  };
}
