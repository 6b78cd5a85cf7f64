/** Who this program is to Azure. */
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import type { AzureMLConfig } from "./config/azureml-config.ts";
import type { StorageConnection } from "./config/storage-connection.ts";
import type { TokenCredential } from "./core/ports/ports.ts";
import { isLoopbackUrl } from "./lib/loopback.ts";
import { directAgent, proxyFor } from "./lib/proxy.ts";
import type { AccountConnection } from "./storage/account/account-connection.ts";
import { once } from "./storage/account/storage-account.ts";

/** The connection with the machine's identity, where it needs one. */
export function withCredential(storage: StorageConnection): AccountConnection {
  if ("connectionString" in storage) return storage;
  const { clientId, ...uris } = storage;
  return { ...uris, credential: machineIdentity(clientId) };
}

/** Who calls Azure ML. What runs on this machine plays Azure ML, and gets no token of Azure. */
export function azuremlCredential({ armUrl, clientId }: AzureMLConfig): TokenCredential {
  if (isLoopbackUrl(armUrl) && armUrl.startsWith("http:")) return noIdentity;
  return machineIdentity(clientId);
}

const noIdentity: TokenCredential = {
  getToken: async () => ({ token: "nobody", expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
};

/** Takes away the proxy that the SDK gave a request which is not to go through one. */
const aroundProxies: PipelinePolicy = {
  name: "aroundProxies",
  sendRequest: (request, next) => {
    if (proxyFor(request.url) === undefined) request.agent = directAgent(request.url);
    return next(request);
  },
};

/** Loaded when a token is first needed: the identity's package is large, and with a connection string nobody needs it. */
function machineIdentity(clientId: string | undefined): TokenCredential {
  const load = once(async (): Promise<TokenCredential> => {
    const { DefaultAzureCredential, ManagedIdentityCredential } = await import("@azure/identity");
    // In Azure the identity is an address of the machine itself.
    const options = { additionalPolicies: [{ policy: aroundProxies, position: "perRetry" as const }] };
    return clientId === undefined
      ? new DefaultAzureCredential(options)
      : new ManagedIdentityCredential({ clientId, ...options });
  });
  return { getToken: async (scopes, options) => (await load()).getToken(scopes, options) };
}
