/** Calls whose response is a JSON object. */
import { AzureMLError } from "./azureml-error.ts";
import { isObject, type JsonObject, nonEmptyText } from "./json.ts";
import type { AzureMLCall, Send } from "./send.ts";

export interface JsonCalls {
  /** Sends a GET; undefined if the resource does not exist. */
  read(call: Omit<AzureMLCall, "method">): Promise<JsonObject | undefined>;
  /** Sends a call that writes, with a longer time limit. */
  write(call: AzureMLCall): Promise<JsonObject>;
}

/** Azure ML takes 0.4 to 3.3 seconds to create a job, so calls that write have a longer time limit. */
const writeTimeoutFactor = 3;

export function createJsonCalls(send: Send): JsonCalls {
  return {
    async read(call) {
      try {
        return asObject((await send({ ...call, method: "GET" })).body);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    write: async (call) => asObject((await send({ timeoutFactor: writeTimeoutFactor, ...call })).body),
  };
}

function asObject(body: unknown): JsonObject {
  return isObject(body) ? body : {};
}

/** Codes of a 404 for a missing parent, e.g. the workspace: the requested resource itself may exist. */
const missingParent =
  /^(ResourceGroupNotFound|SubscriptionNotFound|InvalidSubscriptionId|ParentResourceNotFound|WorkspaceNotFound)$/i;

function isNotFound(error: unknown): boolean {
  if (!(error instanceof AzureMLError) || error.statusCode !== 404) return false;
  const isWorkspace = error.code === "ResourceNotFound" && /workspaces\/[\w-]+'/.test(nonEmptyText(error.reason) ?? "");
  return !isWorkspace && !error.codes.some((code) => missingParent.test(code));
}

/** Ignores the error of a call about a resource that does not exist. */
export function ignoreNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
