/** Options of the host's own storage clients. */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { ServiceConnection } from "./settings.ts";

/** One quick repetition; the callers have their own ways to try again later. */
const retryOptions = { maxTries: 2, tryTimeoutInMs: 10_000, retryDelayInMs: 200, maxRetryDelayInMs: 1000 };

const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true });

/** Calls to this machine use no proxy: an agent has priority over the SDK's proxy, which is set so that the SDK reads no variables. */
const direct = { proxyOptions: { host: "http://127.0.0.1", port: 9 } };

export function storageClientOptions(connection: ServiceConnection) {
  const url = URL.parse("uri" in connection ? connection.uri : endpointOf(connection.connectionString));
  if (url === null || !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) return { retryOptions };
  return { retryOptions, ...direct, agent: url.protocol === "https:" ? httpsAgent : httpAgent };
}

/** Of any service: they are all on one machine. */
function endpointOf(connectionString: string): string {
  if (/^\s*UseDevelopmentStorage=true/i.test(connectionString)) return "http://127.0.0.1";
  return /(?:^|;)\s*(?:Blob|Queue|Table)Endpoint=([^;]+)/i.exec(connectionString)?.[1] ?? "";
}
