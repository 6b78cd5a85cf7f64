/**
 * The calls of Azure ML that the app makes. Responses are returned as unvalidated JSON objects; callers read the
 * fields that they need.
 */
import type { CallOptions } from "../../../core/ports/ports.ts";
import { type ArmCalls, createArmCalls } from "./arm-calls.ts";
import { createDataPlaneUrl } from "./data-plane-url.ts";
import { createJsonCalls } from "./json-calls.ts";
import { createRunHistoryCalls, type RunHistoryCalls } from "./run-history-calls.ts";
import { createSender, type SendOptions } from "./send.ts";
import type { Workspace } from "./workspace.ts";

export interface AzureMLClient extends ArmCalls, RunHistoryCalls {
  /** True if the data plane throttled calls, and none has succeeded since. @see CircuitBreaker */
  isHalfOpen(options?: CallOptions): Promise<boolean>;
}

export function createAzureMLClient(workspace: Workspace, options: SendOptions): AzureMLClient {
  const { send, breaker } = createSender(options);
  const dataPlane = createDataPlaneUrl(send, workspace);
  const calls = createJsonCalls(send);
  return {
    ...createArmCalls(calls, workspace),
    ...createRunHistoryCalls(calls, workspace, dataPlane),
    isHalfOpen: async (call = {}) => breaker(await dataPlane(call)).isHalfOpen,
  };
}
