/** What can go wrong between a client and Azure ML, on demand. */
import type { ServerResponse } from "node:http";
import type { ReceivedRequest, Reply } from "./request-and-reply.ts";

/**
 * - `answer`: this instead of the work. `dropped`: no answer and no work. `lost`: the work is done and its answer is not sent.
 * - `cut`: the connection ends in the middle of the answer. `changed`: the answer's text is made another one.
 * - `slow`: the answer comes later. `silent`: it never does.
 */
export type FaultKind =
  | { readonly kind: "answer"; readonly answer: Reply }
  | { readonly kind: "dropped" | "lost" | "cut" | "silent" }
  | { readonly kind: "changed"; readonly change: (text: string) => string }
  | { readonly kind: "slow"; readonly ms: number };

export interface Fault {
  /** Which requests it strikes. */
  readonly matches: (request: ReceivedRequest) => boolean;
  readonly effect: FaultKind;
  /** How often, else always. */
  readonly maxCount?: number;
}

export interface Faults {
  /** Sets a fault; gives how to end it, and how often it has struck. */
  add(fault: Fault): PlannedFault;
  clear(): void;
  take(request: ReceivedRequest): FaultKind | undefined;
}

export interface PlannedFault {
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
      for (const [fault, struck] of planned) {
        if (struck >= (fault.maxCount ?? Number.POSITIVE_INFINITY) || !fault.matches(request)) continue;
        planned.set(fault, struck + 1);
        return fault.effect;
      }
      return undefined;
    },
  };
}

/** Sends an answer, or what a fault makes of it. */
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
