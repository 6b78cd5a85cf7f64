/** HTTP proxies from the environment. Requests to this machine never use one. */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isLoopbackUrl } from "./loopback.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** In the order of the Azure SDK; the lowercase name of each is read, too. */
const variables = ["HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY"];

/**
 * The proxy for a URL, from the first variable that is set. Undefined for loopback hosts, for hosts in NO_PROXY, and if
 * no variable is set.
 * @throws Error naming the variable if its value is not an http or https URL.
 */
export function proxyFor(url: string, env: Environment = process.env): URL | undefined {
  const name = variables
    .flatMap((upper) => [upper, upper.toLowerCase()])
    .find((candidate) => (env[candidate] ?? "") !== "");
  if (name === undefined || isLoopbackUrl(url) || isInNoProxy(new URL(url), env)) return undefined;
  const value = env[name] ?? "";
  const proxy = URL.parse(value.includes("://") ? value : `http://${value}`);
  // The value may contain a password, so the message does not contain it.
  if (proxy === null || !/^https?:$/.test(proxy.protocol))
    throw new Error(`${name}: must be the http or https URL of a proxy.`);
  return proxy;
}

/** NO_PROXY lists hosts, each optionally with a port and including its subdomains, or is `*`. */
function isInNoProxy({ hostname, port, protocol }: URL, env: Environment): boolean {
  const list = env.NO_PROXY || env.no_proxy || "";
  const urlPort = port === "" ? (protocol === "https:" ? "443" : "80") : port;
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      const [, host = "", entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const suffix = host.replace(/^\*?\.(?=.)/, "");
      if (suffix === "" || (entryPort !== undefined && entryPort !== urlPort)) return false;
      return suffix === "*" || hostname === suffix || hostname.endsWith(`.${suffix}`);
    });
}

/** Agents without a proxy. A request with an agent also ignores the proxy options of Node itself. */
const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true });

/** The agent for requests that do not use a proxy. */
export function directAgent(url: string): HttpAgent {
  return new URL(url).protocol === "https:" ? httpsAgent : httpAgent;
}

/** A proxy in the form of the Azure SDK. */
export interface SdkProxy {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
}

/** Converts the URL of a proxy to the form of the Azure SDK. */
export function sdkProxy(proxy: URL): SdkProxy {
  const { protocol, hostname, port, username, password } = proxy;
  const user =
    username === "" ? {} : { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return { host: `${protocol}//${hostname}`, port: Number(port || (protocol === "https:" ? 443 : 80)), ...user };
}

/** Placeholder that prevents the SDK from reading the environment variables itself. No request uses it. */
export const unusedProxy: SdkProxy = { host: "http://127.0.0.1", port: 9 };

/** Options of an Azure SDK client that sends all requests to the host of `url`. The SDK prefers an agent to a proxy. */
export function clientOptions(url: string): { readonly agent?: HttpAgent; readonly proxyOptions: SdkProxy } {
  const proxy = proxyFor(url);
  return proxy === undefined
    ? { agent: directAgent(url), proxyOptions: unusedProxy }
    : { proxyOptions: sdkProxy(proxy) };
}
