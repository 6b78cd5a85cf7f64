import { ServiceError } from "../../../core/errors.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import { isLoopbackUrl } from "../../../lib/loopback.ts";
import { rejectOnAbort } from "../../../lib/reject-on-abort.ts";
import { nonEmptyText, objectAt } from "./json.ts";
import type { Send } from "./send.ts";
import { type Workspace, workspaceId } from "./workspace.ts";

/** Where Azure ML has its regional services, in each of its clouds. The token goes there, so what is found must be one of them. */
const domains = /(^|\.)azureml\.(ms|us|cn|net)$/;

/** Finds the address of the data plane: as it is set, or as the workspace says, which is asked once. What failed is asked again. */
export function createDataPlaneUrl(send: Send, workspace: Workspace): (options: CallOptions) => Promise<string> {
  let found: Promise<string> | undefined;
  return async ({ signal }) => {
    if (workspace.dataUrl !== undefined) return workspace.dataUrl;
    // All who need it at the same time share one search, so nobody's signal ends it.
    found ??= discover(send, workspace).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return signal === undefined ? found : rejectOnAbort(found, signal);
  };
}

async function discover(send: Send, workspace: Workspace): Promise<string> {
  const url = `${workspace.armUrl}${workspaceId(workspace)}?api-version=${workspace.apiVersion}`;
  const { body } = await send({ what: `read workspace ${workspace.name}`, method: "GET", url });
  const discovery = checked(
    workspace,
    nonEmptyText(objectAt(body, "properties").discoveryUrl),
    "the discoveryUrl of the workspace",
  );
  const services = await send({ what: "find its data plane", method: "GET", url: discovery, anonymous: true });
  return checked(workspace, nonEmptyText(objectAt(services.body).api), "the api of its discovery").replace(
    /(?<!\/)\/+$/,
    "",
  );
}

/** @throws ServiceError `unavailable` for an address that is not Azure ML's. */
function checked({ armUrl }: Workspace, address: string | undefined, what: string): string {
  const url = address !== undefined && URL.canParse(address) ? new URL(address) : undefined;
  const isOurs = url?.protocol === "https:" && domains.test(url.hostname) && url.port === "" && url.username === "";
  // A workspace on this machine has its data plane here, too.
  if (url !== undefined && (isOurs || (isLoopbackUrl(armUrl) && isLoopbackUrl(url.href)))) return url.href;
  throw new ServiceError(
    "unavailable",
    `Azure ML said no usable address for ${what}: ${url === undefined ? "none" : url.host}; expected https://*.azureml.ms, or set JOBS_AZUREML_DATA_URL.`,
    { reason: "unreachable" },
  );
}
