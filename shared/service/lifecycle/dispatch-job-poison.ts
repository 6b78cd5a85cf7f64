import { causeIn } from "../../core/ports/outage.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { describeMessage, dispatchMessage } from "../../core/records/messages.ts";
import { isBeforeDispatch, phaseOf } from "../../core/records/phases.ts";
import type { JobRecord } from "../../core/records/record.ts";
import { endUnlessAtBackend, projectDispatched } from "./confirm-dispatch.ts";
import { type DispatchPorts, DispatchPostponed } from "./postpone-dispatch.ts";

/**
 * Handles a dispatch message that failed too often, and returns a text for the log. Searches for the job at the backend
 * first. A job that is found is marked as dispatched, and a missing one ends as Failed. If the backend is unreachable,
 * the job stays open and the poll enqueues the dispatch again. A message about a job that no longer exists is ignored.
 */
export async function handlePoisonDispatch(
  ports: DispatchPorts,
  received: unknown,
  options: CallOptions = {},
): Promise<string> {
  const outcome = await endDispatch(ports, received, options);
  return `A dispatch failed too often; ${outcome}. The message: ${describeMessage(received)}`;
}

async function endDispatch(ports: DispatchPorts, received: unknown, options: CallOptions): Promise<string> {
  const message = dispatchMessage.safeParse(received).data;
  if (message === undefined) return "the message is invalid";
  const { name, submission_id } = message;
  const found = await ports.records.get(name, options);
  if (found?.value.submission_id !== submission_id || phaseOf(found.value) === "deleting")
    return `job ${name} of this message no longer exists`;
  if (found.value.backend !== ports.backend.id) return `job ${name} waits for the backend ${found.value.backend}`;
  if (isBeforeDispatch(found.value)) {
    const error = { code: "dispatch_failed", message: dispatchFailure(found.value) };
    await endUnlessAtBackend(ports, found, error, options).catch(ignorePostponed);
  } else await projectDispatched(ports, found.value, options);
  const status = (await ports.records.get(name, options))?.value.status;
  return status === undefined ? `job ${name} no longer exists` : `job ${name} is ${status}`;
}

function dispatchFailure({ backend, notice }: JobRecord): string {
  const cause = notice?.code === "dispatch_failing" ? causeIn(notice) : undefined;
  const failed = `The job could not be submitted to the backend ${backend} in several attempts.`;
  return cause === undefined ? failed : `${failed} The cause: ${cause}`;
}

function ignorePostponed(error: unknown): void {
  if (!(error instanceof DispatchPostponed)) throw error;
}
