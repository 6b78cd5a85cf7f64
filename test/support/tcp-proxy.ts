/** A line to a server that can be made to fail. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/**
 * - `refuse`: nobody listens. `reset`: a connection is cut when it sends something.
 * - `silence`: what is sent, either way, gets lost, once `after` bytes of it have passed. `delay`: it comes later.
 * - `cut`: the connection ends when so many bytes of the request or of the answer have passed; only the first `times`, if given.
 */
export type Fault =
  | { readonly kind: "none" | "refuse" | "reset" }
  | { readonly kind: "silence"; readonly after?: number }
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "cut"; readonly side: "request" | "answer"; readonly after: number; readonly times?: number };

export interface TcpProxy {
  readonly port: number;
  /** How often the fault that is set now has struck (for `refuse`: unknown). A fault test checks it, or it may have tested nothing. */
  readonly struck: number;
  set(fault: Fault): Promise<void>;
  stop(): Promise<void>;
}

/** Listens on a free port and passes all on to `targetPort` of this machine. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let fault: Fault = { kind: "none" };
  let struck = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(targetPort, "127.0.0.1");
    for (const socket of [client, target]) {
      open.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        client.destroy();
        target.destroy();
      });
    }
    const passed = { request: 0, answer: 0 };
    const pass = (to: Socket, side: "request" | "answer") => (bytes: Buffer) => {
      passed[side] += bytes.length;
      const silent = fault.kind === "silence" && passed[side] > (fault.after ?? 0);
      if (silent || fault.kind === "reset" || fault.kind === "delay") struck += 1;
      if (fault.kind === "reset") client.resetAndDestroy();
      else if (fault.kind === "delay") setTimeout(() => to.write(bytes), fault.ms);
      else if (
        fault.kind === "cut" &&
        fault.side === side &&
        struck < (fault.times ?? Number.POSITIVE_INFINITY) &&
        passed[side] > fault.after
      )
        cut(to, bytes);
      else if (!silent) to.write(bytes);
      if (side === "answer") passed.request = 0;
      else passed.answer = 0;
    };
    /** Lets through what may still pass, and ends the client's connection; the target keeps what it was given. */
    const cut = (to: Socket, bytes: Buffer) => {
      struck += 1;
      const rest = fault.kind === "cut" ? bytes.length - (passed[fault.side] - fault.after) : 0;
      to.write(bytes.subarray(0, Math.max(0, rest)), () => client.resetAndDestroy());
    };
    client.on("data", pass(target, "request"));
    target.on("data", pass(client, "answer"));
  });
  const port = await listen(server, 0);
  return {
    port,
    get struck() {
      return struck;
    },
    async set(next) {
      struck = 0;
      fault = next;
      if (next.kind === "refuse" && server.listening) {
        for (const socket of open) socket.destroy();
        server.close();
        await once(server, "close");
      }
      if (next.kind !== "refuse" && !server.listening) await listen(server, port);
    },
    async stop() {
      for (const socket of open) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
