/** A TCP proxy that can simulate network faults. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

type Side = "request" | "answer";

/**
 * - `refuse`: nothing listens. `reset`: a connection is reset when it sends something.
 * - `silence`: bytes in both directions are lost, once `after` bytes have passed. `delay`: they arrive later.
 * - `cut`: the connection is reset once `after` bytes of a request or a response have passed; only `times` times, if
 * given.
 */
export type Fault =
  | { readonly kind: "none" | "refuse" | "reset" }
  | { readonly kind: "silence"; readonly after?: number }
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "cut"; readonly side: Side; readonly after: number; readonly times?: number };

export interface TcpProxy {
  readonly port: number;
  /**
   * How often the current fault has happened (not known for `refuse`). A test checks it, to be sure that it tested
   * something.
   */
  readonly faultCount: number;
  set(fault: Fault): Promise<void>;
  stop(): Promise<void>;
}

/** Listens on a free port and forwards connections to `targetPort` of this machine. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let fault: Fault = { kind: "none" };
  let faultCount = 0;
  const open = new Set<Socket>();

  /**
   * Forwards bytes of the client or the target, unless the fault applies.
   * @param passed bytes of this request or response so far.
   */
  function forward(client: Socket, to: Socket, side: Side, bytes: Buffer, passed: number): void {
    const current = fault;
    if (!appliesTo(current, side, passed, faultCount)) {
      to.write(bytes);
      return;
    }
    faultCount += 1;
    if (current.kind === "reset") client.resetAndDestroy();
    else if (current.kind === "delay") setTimeout(() => to.write(bytes), current.ms);
    else if (current.kind === "cut") {
      const remaining = Math.max(0, bytes.length - (passed - current.after));
      to.write(bytes.subarray(0, remaining), () => client.resetAndDestroy());
    }
  }

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
    const forwardTo = (to: Socket, side: Side) => (bytes: Buffer) => {
      passed[side] += bytes.length;
      passed[side === "request" ? "answer" : "request"] = 0;
      forward(client, to, side, bytes, passed[side]);
    };
    client.on("data", forwardTo(target, "request"));
    target.on("data", forwardTo(client, "answer"));
  });
  const port = await listen(server, 0);
  return {
    port,
    get faultCount() {
      return faultCount;
    },
    async set(next) {
      faultCount = 0;
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

/** @param passed bytes of this request or response so far. @param count how often the fault has happened. */
function appliesTo(fault: Fault, side: Side, passed: number, count: number): boolean {
  switch (fault.kind) {
    case "none":
    case "refuse":
      return false;
    case "reset":
    case "delay":
      return true;
    case "silence":
      return passed > (fault.after ?? 0);
    case "cut":
      return fault.side === side && passed > fault.after && count < (fault.times ?? Number.POSITIVE_INFINITY);
  }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
