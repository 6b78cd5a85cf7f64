/** A storage account behind an HTTP proxy that runs an action at a chosen call, for example to kill a process. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The `nth` call whose method and path match, and the action at it. */
export interface CallFault {
  readonly call: RegExp;
  readonly nth: number;
  /** Whether the account receives the call. The client never receives the response. */
  readonly when: "before" | "after";
  readonly action: (body: Buffer) => Promise<unknown>;
}

export interface StorageTap {
  /** Connects through the proxy. */
  readonly connectionString: string;
  /** Calls since the last `arm`, as method and path. */
  readonly calls: readonly string[];
  /** Resolves after the action. */
  arm(fault: CallFault): Promise<void>;
  disarm(): void;
  stop(): Promise<void>;
}

/** Listens on three free ports for the services of `connectionString`. */
export async function tapStorage(connectionString: string): Promise<StorageTap> {
  const servers: Server[] = [];
  const calls: string[] = [];
  let armed: (CallFault & { readonly done: () => void }) | undefined;

  async function pass(endpoint: string, incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await Array.fromAsync(incoming as AsyncIterable<Buffer>).then(Buffer.concat);
    const call = `${incoming.method} ${decodeURIComponent(new URL(incoming.url ?? "", endpoint).pathname)}`;
    calls.push(call);
    const { nth, when, action, done, call: pattern } = armed ?? {};
    const isIt = pattern?.test(call) === true && calls.filter((one) => pattern.test(one)).length === nth;
    if (isIt) armed = undefined;
    const reply = isIt && when === "before" ? undefined : await forward(endpoint, incoming, body);
    if (isIt) {
      await action?.(body);
      done?.();
    }
    if (isIt || reply === undefined) answer.destroy();
    else answer.writeHead(reply.status, reply.headers).end(reply.body);
  }

  let tapped = connectionString;
  for (const service of ["Blob", "Queue", "Table"]) {
    const endpoint = new RegExp(`${service}Endpoint=(http://[^/;]+)`).exec(connectionString)?.[1] ?? "";
    const server = createServer(
      (incoming, answer) => void pass(endpoint, incoming, answer).catch(() => answer.destroy()),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    tapped = tapped.replaceAll(endpoint, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    servers.push(server);
  }
  return {
    connectionString: tapped,
    calls,
    arm: (fault) =>
      new Promise((done) => {
        calls.length = 0;
        armed = { ...fault, done };
      }),
    disarm: () => {
      armed = undefined;
    },
    async stop() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

function forward(endpoint: string, { url, method, headers }: IncomingMessage, body: Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${endpoint}${url}`, { method, headers }, (reply) => {
      Array.fromAsync(reply as AsyncIterable<Buffer>).then(
        (chunks) => resolve({ status: reply.statusCode ?? 500, headers: reply.headers, body: Buffer.concat(chunks) }),
        reject,
      );
    });
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}
