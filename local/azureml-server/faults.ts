/** Faults between a client and Azure ML, injected by tests. */
import type { ServerResponse } from "node:http";
import type { ReceivedRequest, Reply } from "./request-and-reply.ts";

/**
 * - `answer`: sends a given reply and does not process the request.
 * - `dropped`: closes the connection and does not process the request.
 * - `lost`: processes the request and closes the connection.
 * - `cut`: closes the connection in the middle of the reply.
 * - `changed`: replaces the text of the reply.
 * - `slow`: delays the reply.
 * - `silent`: sends no reply, and keeps the connection open.
 */
export type FaultKind =
  | { readonly kind: "answer"; readonly answer: Reply }
  | { readonly kind: "dropped" | "lost" | "cut" | "silent" }
  | { readonly kind: "changed"; readonly change: (text: string) => string }
  | { readonly kind: "slow"; readonly ms: number };

export interface Fault {
  /** Selects the requests. */
  readonly matches: (request: ReceivedRequest) => boolean;
  readonly effect: FaultKind;
  /** Maximum number of requests; unlimited by default. */
  readonly maxCount?: number;
}

export interface Faults {
  /** Adds a fault. */
  add(fault: Fault): PlannedFault;
  /** Removes all faults. */
  clear(): void;
  /** The effect of the first fault that matches a request, which counts as one use of it. */
  take(request: ReceivedRequest): FaultKind | undefined;
}

export interface PlannedFault {
  /** Number of requests that had the fault. */
  readonly count: number;
  end(): void;
}

export function createFaults(): Faults {
  const planned = new Map<Fault, number>();
  return {
    add(fault) {
      planned.set(fault, 0);
      let last = 0;
      return {
        get count() {
          last = planned.get(fault) ?? last;
          return last;
        },
        end() {
          last = planned.get(fault) ?? last;
          planned.delete(fault);
        },
      };
    },
    clear: () => planned.clear(),
    take(request) {
      for (const [fault, uses] of planned) {
        if (uses >= (fault.maxCount ?? Number.POSITIVE_INFINITY) || !fault.matches(request)) continue;
        planned.set(fault, uses + 1);
        return fault.effect;
      }
      return undefined;
    },
  };
}

/** Sends a reply with the effect of a fault. */
export function sendReply(
  response: ServerResponse,
  { status, headers = {}, text }: Reply,
  fault: FaultKind | undefined,
): void {
  if (fault?.kind === "lost" || fault?.kind === "dropped") {
    response.socket?.destroy();
    return;
  }
  const body = fault?.kind === "changed" ? fault.change(text) : text;
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  if (fault?.kind !== "cut") {
    response.end(body);
    return;
  }
  response.write(body.slice(0, Math.ceil(body.length / 2)), () => response.socket?.destroy());
}
