/** Credentials of the service for Azure. */
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import type { AzureMLConfig } from "./config/azureml-config.ts";
import type { StorageConnection } from "./config/storage-connection.ts";
import type { TokenCredential } from "./core/ports/ports.ts";
import { isLoopbackUrl } from "./lib/loopback.ts";
import { directAgent, proxyFor } from "./lib/proxy.ts";
import type { AccountConnection } from "./storage/account/account-connection.ts";
import { once } from "./storage/account/storage-account.ts";

/** Adds the credential to a storage connection without a connection string. */
export function withCredential(storage: StorageConnection): AccountConnection {
  if ("connectionString" in storage) return storage;
  const { clientId, ...uris } = storage;
  return { ...uris, credential: createCredential(clientId) };
}

/**
 * The credential for Azure ML. A placeholder for an http URL of this machine, because a simulated Azure ML must not
 * receive a token of Azure.
 */
export function azuremlCredential({ armUrl, clientId }: AzureMLConfig): TokenCredential {
  if (isLoopbackUrl(armUrl) && armUrl.startsWith("http:")) return placeholderCredential;
  return createCredential(clientId);
}

const placeholderCredential: TokenCredential = {
  getToken: async () => ({ token: "nobody", expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
};

/** Removes the proxy that the SDK sets on each request from requests to this machine and to hosts in NO_PROXY. */
const bypassProxy: PipelinePolicy = {
  name: "bypassProxy",
  sendRequest: (request, next) => {
    if (proxyFor(request.url) === undefined) request.agent = directAgent(request.url);
    return next(request);
  },
};

/**
 * Creates the credential of a user-assigned identity, or the default one. Loads its large package with the first token.
 */
function createCredential(clientId: string | undefined): TokenCredential {
  const load = once(async (): Promise<TokenCredential> => {
    const { DefaultAzureCredential, ManagedIdentityCredential } = await import("@azure/identity");
    // In Azure, tokens are requested from an address of the machine itself.
    const options = { additionalPolicies: [{ policy: bypassProxy, position: "perRetry" as const }] };
    return clientId === undefined
      ? new DefaultAzureCredential(options)
      : new ManagedIdentityCredential({ clientId, ...options });
  });
  return { getToken: async (scopes, options) => (await load()).getToken(scopes, options) };
}
