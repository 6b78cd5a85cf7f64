import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isLoopbackUrl } from "../../../shared/lib/loopback.ts";
import type { ServiceConnection } from "./settings.ts";

/** Only one quick retry, because callers retry later themselves. */
const retryOptions = { maxTries: 2, tryTimeoutInMs: 10_000, retryDelayInMs: 200, maxRetryDelayInMs: 1000 };

const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true });

/** Prevents that the SDK reads a proxy from the environment; the agent has priority over this proxy. */
const unusedProxy = { proxyOptions: { host: "http://127.0.0.1", port: 9 } };

/** Options of storage clients: short retries, and no proxy for this machine. */
export function storageClientOptions(connection: ServiceConnection) {
  const url = "uri" in connection ? connection.uri : endpointOf(connection.connectionString);
  if (!URL.canParse(url) || !isLoopbackUrl(url)) return { retryOptions };
  return { retryOptions, ...unusedProxy, agent: new URL(url).protocol === "https:" ? httpsAgent : httpAgent };
}

/** The first endpoint, because all services of an account are on the same machine. */
function endpointOf(connectionString: string): string {
  if (/^\s*UseDevelopmentStorage=true/i.test(connectionString)) return "http://127.0.0.1";
  return /(?:^|;)\s*(?:Blob|Queue|Table)Endpoint=([^;]+)/i.exec(connectionString)?.[1] ?? "";
}
