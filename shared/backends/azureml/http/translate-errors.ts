/** Translates error responses of Azure ML into the errors of the Backend port; other errors are returned unchanged. */
import { ServiceError } from "../../../core/errors.ts";
import { BackendRefusal } from "../../../core/ports/backend-port.ts";
import type { OutageReason } from "../../../core/records/notice.ts";
import { AzureMLError } from "./azureml-error.ts";

const roleHint = "The app's identity needs the role AzureML Data Scientist on the workspace.";
const hints: Readonly<Partial<Record<OutageReason, string>>> = {
  forbidden: roleHint,
  workspace_missing: "Check JOBS_AZUREML_SUBSCRIPTION_ID, JOBS_AZUREML_RESOURCE_GROUP and JOBS_AZUREML_WORKSPACE.",
};

/**
 * For calls whose rejection is caused by the service, not by the job, e.g. reading a status: the result is
 * `unavailable`, and the call is repeated later.
 * @param hint replaces the hint for the reason.
 */
export function toOutage(error: unknown, hint?: string): unknown {
  if (!(error instanceof AzureMLError)) return error;
  const reason = outageReason(error);
  const message = [error.message, hint ?? hints[reason]].filter(Boolean).join(" ");
  return new ServiceError("unavailable", message, { cause: error, reason });
}

/** Throws `toOutage(error)`. */
export function throwOutage(error: unknown): never {
  throw toOutage(error);
}

function outageReason({ statusCode }: AzureMLError): OutageReason {
  if (statusCode === 403) return "forbidden";
  return statusCode === 404 ? "workspace_missing" : "unreachable";
}

/**
 * For permanent rejections of one job: the job fails with Azure ML's code and message.
 * @param subject of the call, for a response without a message, e.g. "job iris"
 */
export function toBackendRefusal(error: unknown, subject: string): unknown {
  if (!(error instanceof AzureMLError)) return error;
  const { code, statusCode, reason } = error;
  const message = [
    reason ?? `Azure ML rejected ${subject} with ${statusCode} and no message.`,
    ...(statusCode === 403 ? [roleHint] : []),
    ...(statusCode === 404 && reason === undefined
      ? ["The compute, or another resource that the job refers to, may not exist."]
      : []),
  ].join(" ");
  return new BackendRefusal(code ?? `http_${statusCode}`, message, { cause: error });
}
