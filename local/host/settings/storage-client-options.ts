/** Options of the host's own storage clients. */
import { isLoopbackHost } from "../../../shared/lib/loopback.ts";
import { directAgent, unusedProxy } from "../../../shared/lib/proxy.ts";
import type { ServiceConnection } from "./settings.ts";

/** One quick repetition; the callers have their own ways to try again later. */
const retryOptions = { maxTries: 2, tryTimeoutInMs: 10_000, retryDelayInMs: 200, maxRetryDelayInMs: 1000 };

/** Options of a storage client of the host. Requests to this machine use no proxy: the SDK prefers an agent to a proxy. */
export function storageClientOptions(connection: ServiceConnection) {
  const url = URL.parse("uri" in connection ? connection.uri : endpointOf(connection.connectionString));
  if (url === null || !isLoopbackHost(url.hostname)) return { retryOptions };
  return { retryOptions, proxyOptions: unusedProxy, agent: directAgent(url.href) };
}

/** Of any service: they are all on one machine. */
function endpointOf(connectionString: string): string {
  if (/^\s*UseDevelopmentStorage=true/i.test(connectionString)) return "http://127.0.0.1";
  return /(?:^|;)\s*(?:Blob|Queue|Table)Endpoint=([^;]+)/i.exec(connectionString)?.[1] ?? "";
}
