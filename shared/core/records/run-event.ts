/**
 * What Azure ML's events tell: that something happened to a run. What happened is asked of Azure ML, never taken from
 * an event.
 */
import { isJobName } from "./names.ts";

const kinds = /^Microsoft\.MachineLearningServices\.Run(StatusChanged|Completed)$/i;

/** The name of the run that an event is about, in either schema of Event Grid; undefined for what is no such event. */
export function runOfEvent(message: unknown): string | undefined {
  const { eventType, type, data } = fieldsOf(message);
  const kind = eventType ?? type;
  const { runId } = fieldsOf(data);
  return typeof kind === "string" && kinds.test(kind) && typeof runId === "string" && isJobName(runId)
    ? runId
    : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
