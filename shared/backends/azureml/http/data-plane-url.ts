import { ServiceError } from "../../../core/errors.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import { isLoopbackUrl } from "../../../lib/loopback.ts";
import { rejectOnAbort } from "../../../lib/reject-on-abort.ts";
import { nonEmptyText, objectAt } from "./json.ts";
import type { Send } from "./send.ts";
import { type Workspace, workspaceId } from "./workspace.ts";

/**
 * Domains of Azure ML's regional services, in each of its clouds. Tokens are sent there, so no other address is
 * accepted.
 */
const domains = /(^|\.)azureml\.(ms|us|cn|net)$/;

/**
 * Creates a function that returns the address of the data plane: the configured one, or the one that the workspace
 * reports, which is requested once. A failed request is repeated by the next call.
 */
export function createDataPlaneUrl(send: Send, workspace: Workspace): (options: CallOptions) => Promise<string> {
  let discovered: Promise<string> | undefined;
  return async ({ signal }) => {
    if (workspace.dataUrl !== undefined) return workspace.dataUrl;
    // Concurrent callers share one discovery, so a caller's signal does not abort it.
    discovered ??= discover(send, workspace).catch((error: unknown) => {
      discovered = undefined;
      throw error;
    });
    return signal === undefined ? discovered : rejectOnAbort(discovered, signal);
  };
}

async function discover(send: Send, workspace: Workspace): Promise<string> {
  const url = `${workspace.armUrl}${workspaceId(workspace)}?api-version=${workspace.apiVersion}`;
  const { body } = await send({ action: `read workspace ${workspace.name}`, method: "GET", url });
  const { discoveryUrl } = objectAt(body, "properties");
  const discovery = checkAddress(workspace, discoveryUrl, "discoveryUrl of the workspace");
  const action = "get the URL of the data plane";
  const services = await send({ action, method: "GET", url: discovery, anonymous: true });
  const { api } = objectAt(services.body);
  return checkAddress(workspace, api, "api in the document at discoveryUrl").replace(/(?<!\/)\/+$/, "");
}

/** @throws ServiceError `unavailable` for an address that does not belong to Azure ML. */
function checkAddress({ armUrl }: Workspace, value: unknown, field: string): string {
  const address = nonEmptyText(value);
  const url = address !== undefined && URL.canParse(address) ? new URL(address) : undefined;
  const isAzureML = url?.protocol === "https:" && domains.test(url.hostname) && url.port === "" && url.username === "";
  // The fake of Azure ML on this machine also has its data plane here.
  if (url !== undefined && (isAzureML || (isLoopbackUrl(armUrl) && isLoopbackUrl(url.href)))) return url.href;
  throw new ServiceError(
    "unavailable",
    `Azure ML returned an invalid ${field}: ${url?.host ?? "not a URL"}; expected https://*.azureml.ms. ` +
      "Set JOBS_AZUREML_DATA_URL to the address of the data plane.",
    { reason: "unreachable" },
  );
}
