import { join } from "node:path";
import { type Bundle, openBundle } from "../../../bundle/open-bundle.ts";
import { withTemporaryFolder } from "../../../bundle/temporary-folder.ts";
import { writeZip } from "../../../bundle/zip/write-zip.ts";
import { isServiceError } from "../../../core/errors.ts";
import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { BundleStore } from "../../../core/ports/storage-ports.ts";
import { defined } from "../../../lib/defined.ts";

/**
 * Opens a stored bundle while `use` runs.
 * @throws BackendRefusal `bundle_not_found` if it is missing, damaged or unreadable.
 */
export async function withBundle<T>(
  bundles: BundleStore,
  sha256: string,
  use: (bundle: Bundle) => Promise<T>,
  { signal }: CallOptions,
): Promise<T> {
  return withTemporaryFolder(async (folder) => {
    const content = await bundles.read(sha256, defined({ signal }));
    if (content === undefined)
      throw new BackendRefusal("bundle_not_found", "The bundle of the job is no longer stored.");
    const zip = join(folder, "bundle.zip");
    if ((await writeZip(content.body, zip, signal)) !== sha256) {
      throw new BackendRefusal("bundle_not_found", "The stored bundle of the job is damaged: its checksum differs.");
    }
    try {
      const bundle = await openBundle(zip);
      try {
        return await use(bundle);
      } finally {
        await bundle.close();
      }
    } catch (error) {
      throw isServiceError(error, "invalid_bundle")
        ? new BackendRefusal("bundle_not_found", error.message, { cause: error })
        : error;
    }
  });
}
