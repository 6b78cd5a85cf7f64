import { ServiceError } from "../../../core/errors.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import type { ArmCalls } from "../http/arm-calls.ts";
import { nonEmptyText, objectAt } from "../http/json.ts";

/**
 * The URL of the files of a code asset, without a port and without a slash at the end. Makes one call.
 * @param path the path of the asset below the workspace
 * @throws ServiceError `unavailable`; AzureMLError.
 */
export async function codeUrl(client: Pick<ArmCalls, "get">, path: string, options: CallOptions): Promise<string> {
  const url = nonEmptyText(objectAt(await client.get(path, {}, options), "properties").codeUri);
  if (url === undefined) throw new ServiceError("unavailable", `Azure ML returned no address of the code ${path}.`);
  return url.replace(/:\d+\//, "/").replace(/\/$/, "");
}
