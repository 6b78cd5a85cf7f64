/** Proxies of the environment: the URLs that use one, and the options of clients. Calls to this machine never use one. */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isLoopbackUrl } from "./loopback.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** In the order of the Azure SDK; each also in small letters. */
const variables = ["HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY"];

/**
 * The proxy for a URL: that of the first variable that is set. Undefined for this machine, whatever the variables say, for the hosts
 * of NO_PROXY, and without a variable.
 * @throws Error naming the variable when it is not an http or https URL.
 */
export function proxyFor(url: string, env: Environment = process.env): URL | undefined {
  const name = variables
    .flatMap((upper) => [upper, upper.toLowerCase()])
    .find((candidate) => (env[candidate] ?? "") !== "");
  if (name === undefined || isLoopbackUrl(url) || isExcepted(new URL(url), env)) return undefined;
  const value = env[name] ?? "";
  const proxy = URL.parse(value.includes("://") ? value : `http://${value}`);
  // Not its value: it may have a password.
  if (proxy === null || !/^https?:$/.test(proxy.protocol))
    throw new Error(`${name}: must be the http or https URL of a proxy.`);
  return proxy;
}

/** NO_PROXY has hosts with all below them, maybe with a port, or `*`. */
function isExcepted({ hostname, port, protocol }: URL, env: Environment): boolean {
  const list = env.NO_PROXY || env.no_proxy || "";
  const portOf = port === "" ? (protocol === "https:" ? "443" : "80") : port;
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      const [, host = "", onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const suffix = host.replace(/^\*?\.(?=.)/, "");
      if (suffix === "" || (onlyPort !== undefined && onlyPort !== portOf)) return false;
      return suffix === "*" || hostname === suffix || hostname.endsWith(`.${suffix}`);
    });
}

/** Agents without a proxy; also Node's own options for proxies do not reach them. */
const httpAgent = new HttpAgent({ keepAlive: true });
const httpsAgent = new HttpsAgent({ keepAlive: true });

/** The agent of requests that go straight to their host. */
export function directAgent(url: string): HttpAgent {
  return new URL(url).protocol === "https:" ? httpsAgent : httpAgent;
}

/** The proxy in the Azure SDK's terms. */
export interface SdkProxy {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
}

export function sdkProxy(proxy: URL): SdkProxy {
  const { protocol, hostname, port, username, password } = proxy;
  const user =
    username === "" ? {} : { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return { host: `${protocol}//${hostname}`, port: Number(port || (protocol === "https:" ? 443 : 80)), ...user };
}

/** Keeps the SDK from reading the variables itself, which it does even where it then has no use for them. Never connected to. */
export const unusedProxy: SdkProxy = { host: "http://127.0.0.1", port: 9 };

/** Options of an Azure SDK client whose calls all go to the host of `url`. An agent of its own comes before any proxy. */
export function clientOptions(url: string): { readonly agent?: HttpAgent; readonly proxyOptions: SdkProxy } {
  const proxy = proxyFor(url);
  return proxy === undefined
    ? { agent: directAgent(url), proxyOptions: unusedProxy }
    : { proxyOptions: sdkProxy(proxy) };
}
