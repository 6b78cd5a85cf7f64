import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { AzureMLClient } from "../http/azureml-client.ts";
import { isObject, nonEmptyText } from "../http/json.ts";
import type { AssetKind } from "../rest/asset-ids/asset-ids.ts";

/**
 * The version that the label `latest` refers to: as in the SDK, the one that was created last. Makes one call.
 * @throws BackendRefusal `asset_not_found`.
 */
export async function latestVersion(
  client: AzureMLClient,
  kind: AssetKind,
  name: string,
  label: string,
  options: CallOptions,
): Promise<string> {
  if (label !== "latest") {
    throw new BackendRefusal(
      "asset_not_found",
      `${name}@${label} has an unsupported label; expected ${name}@latest, or a version, e.g. ${name}:1.`,
    );
  }
  const path = `${kind}/${encodeURIComponent(name)}/versions`;
  const list = await client.get(path, { $orderBy: "createdtime desc", $top: "1" }, options);
  const [newest] = Array.isArray(list?.value) ? list.value : [];
  const version = isObject(newest) ? nonEmptyText(newest.name) : undefined;
  if (version === undefined)
    throw new BackendRefusal(
      "asset_not_found",
      `The workspace has no ${kind} named ${name}, which the job refers to as ${name}@latest.`,
    );
  return version;
}
