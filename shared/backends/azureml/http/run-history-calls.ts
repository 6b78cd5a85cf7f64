/** Calls of run history, a service of the data plane without the rate limits of Azure Resource Manager. */
import type { ChildQuery } from "../../../core/ports/backend-port.ts";
import type { CallOptions } from "../../../core/ports/ports.ts";
import { defined } from "../../../lib/defined.ts";
import { maxDefinitionBytes } from "./arm-calls.ts";
import type { JsonObject } from "./json.ts";
import type { JsonCalls } from "./json-calls.ts";
import { type Workspace, workspaceId } from "./workspace.ts";

export interface RunHistoryCalls {
  /** Status, times, error and log files of a run. */
  runDetails(name: string, options?: CallOptions): Promise<JsonObject | undefined>;
  /** Status and times of many runs; `successfulResults` has no member for an unknown run. */
  batchRuns(names: readonly string[], options?: CallOptions): Promise<JsonObject>;
  /** One page of the child runs of a run. */
  childRuns(name: string, query: ChildQuery, options?: CallOptions): Promise<JsonObject | undefined>;
  patchRun(name: string, changes: JsonObject, options?: CallOptions): Promise<void>;
  deleteTags(experiment: string, name: string, tags: readonly string[], options?: CallOptions): Promise<void>;
}

/** Page size of the SDK. */
const maxChildrenPerPage = 100;

/** @param dataPlane returns the address of the data plane */
export function createRunHistoryCalls(
  { read, write }: JsonCalls,
  workspace: Workspace,
  dataPlane: (options: CallOptions) => Promise<string>,
): RunHistoryCalls {
  const historyUrl = async (path: string, call: CallOptions) =>
    `${await dataPlane(call)}/history/v1.0${workspaceId(workspace)}/${path}`;
  const run = (name: string) => `runs/${encodeURIComponent(name)}`;
  return {
    runDetails: async (name, call = {}) =>
      read({ ...call, action: `read run ${name}`, url: await historyUrl(`${run(name)}/details`, call) }),
    async batchRuns(names, call = {}) {
      const requests = Object.fromEntries(names.map((name) => [name, { runId: name, selectRunMetadata: true }]));
      return write({
        ...call,
        action: `read ${names.length} runs`,
        method: "POST",
        url: await historyUrl("batchrundata", call),
        body: { requests },
        maxBytes: maxDefinitionBytes,
        timeoutFactor: 1,
      });
    },
    async childRuns(name, { limit, continuation }, call = {}) {
      const top = String(Math.min(limit, maxChildrenPerPage));
      const page = new URLSearchParams({ $top: top, ...defined({ $continuationtoken: continuation }) });
      const url = `${await historyUrl(`${run(name)}/children`, call)}?${page}`;
      return read({ ...call, action: `read the children of run ${name}`, url });
    },
    async patchRun(name, changes, call = {}) {
      const url = await historyUrl(run(name), call);
      await write({ ...call, action: `change run ${name}`, method: "PATCH", url, body: changes });
    },
    async deleteTags(experiment, name, tags, call = {}) {
      const url = await historyUrl(`experiments/${encodeURIComponent(experiment)}/${run(name)}/tags`, call);
      const body = { tagsToModify: {}, tagsToDelete: tags };
      await write({ ...call, action: `delete tags of run ${name}`, method: "PATCH", url, body });
    },
  };
}
