/** Who this program is to Azure. */
import type { AzureMLConfig } from "./azureml-settings.ts";
import type { StorageConnection } from "./config.ts";
import { isLoopback } from "./is-loopback.ts";
import { type AccountConnection, once, type TokenCredential } from "./storage/account.ts";

/** The connection with an identity, where it needs one. @param credential by default the machine's, loaded when first needed. */
export function withIdentity(storage: StorageConnection, credential?: TokenCredential): AccountConnection {
  if ("connectionString" in storage) return storage;
  const { clientId, ...uris } = storage;
  return { ...uris, credential: credential ?? machineIdentity(clientId) };
}

/** Who calls Azure ML. What runs on this machine plays Azure ML, and gets no token of Azure. */
export function azuremlIdentity({ armUrl, clientId }: AzureMLConfig, credential?: TokenCredential): TokenCredential {
  if (isLoopback(armUrl) && armUrl.startsWith("http:")) return noIdentity;
  return credential ?? machineIdentity(clientId);
}

const noIdentity: TokenCredential = { getToken: async () => ({ token: "nobody", expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };

/** The identity's package is large, and with a connection string nobody needs it. */
function machineIdentity(clientId: string | undefined): TokenCredential {
  const load = once(async (): Promise<TokenCredential> => {
    const { DefaultAzureCredential, ManagedIdentityCredential } = await import("@azure/identity");
    return clientId === undefined ? new DefaultAzureCredential() : new ManagedIdentityCredential({ clientId });
  });
  return { getToken: async (scopes, options) => (await load()).getToken(scopes, options) };
}
