/** Events of Azure ML about runs. Only the name of the run is used: its status is read from Azure ML. */
import { isJobName } from "./job-names.ts";

const kinds = /^Microsoft\.MachineLearningServices\.Run(StatusChanged|Completed)$/i;

/** The name of the run in an event, in either schema of Event Grid; undefined for any other message. */
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
