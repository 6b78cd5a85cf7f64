/** Compares the body of a case, and the assets that are registered before it, with those of the SDK. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, posix, relative } from "node:path";
import {
  codeHash,
  type HashedFile,
  uploadHash,
  uploadPath,
} from "../../shared/backends/azureml/rest/asset-ids/asset-hashes.ts";
import type {
  AssetRequest,
  AssetResolver,
  ComponentFiles,
} from "../../shared/backends/azureml/rest/asset-ids/asset-ids.ts";
import type { CodeFile } from "../../shared/backends/azureml/rest/asset-ids/code-candidates.ts";
import { collectAssetRequests } from "../../shared/backends/azureml/rest/collect-asset-requests.ts";
import { jobToRest } from "../../shared/backends/azureml/rest/job-to-rest.ts";
import { ignoreFiles, readIgnoreRules } from "../../shared/bundle/ignore/ignore-file.ts";
import { loadJob } from "../../shared/core/job/load-job.ts";
import { readFlowFile } from "../../shared/core/job/types/pipeline/flows/read-flow-file.ts";
import { readPipelineFile } from "../../shared/core/job/types/pipeline/read-pipeline-file.ts";
import { toJson } from "../../shared/core/yaml/to-json.ts";
import { codeFiles, filesOf } from "../support/code-files.ts";
import type { Sent } from "./bodies.ts";
import type { BodyDifference } from "./known-body-differences.ts";
import { restToJob } from "./read-back/rest-to-job.ts";
import type { JudgedCase } from "./suites.ts";

const group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg";
const workspace = `${group}/providers/Microsoft.MachineLearningServices/workspaces/ws`;

/** The differences between two bodies. */
function differences(ours: unknown, sdk: unknown, path: string): BodyDifference[] {
  if (
    typeof ours === "object" &&
    typeof sdk === "object" &&
    ours !== null &&
    sdk !== null &&
    Array.isArray(ours) === Array.isArray(sdk)
  ) {
    const keys = new Set([...Object.keys(ours), ...Object.keys(sdk)]);
    return [...keys].flatMap((key) =>
      differences((ours as Record<string, unknown>)[key], (sdk as Record<string, unknown>)[key], `${path}/${key}`),
    );
  }
  // Azure ML treats null as missing.
  return (ours ?? undefined) === (sdk ?? undefined) ? [] : [{ path, ours, sdk }];
}

/** Answers asset requests as the fake service of submit.py does. */
async function answer(
  request: AssetRequest,
  assets: AssetResolver,
  { base, root }: JudgedCase,
  put: Record<string, unknown>,
): Promise<string> {
  if (request.kind === "label") return `${workspace}/${request.asset}/${request.name}/versions/7`;
  if (request.kind === "anonymous") {
    const { path: place, properties } = request.toRest(assets);
    put[place] = toJson(properties);
    return `${workspace}/${place}`;
  }
  const all = filesBelow(root);
  const folder = relative(root, base);
  if (request.kind === "code") {
    const files = codeFiles((from) => filesOf(all, from), request, folder, rulesIn(root));
    return `${workspace}/codes/${await codeHash(files.map(read(root)))}/versions/1`;
  }
  if (request.kind === "code-url") return "https://acc.blob.core.windows.net/c";
  const path = posix.join(folder, request.path);
  const files = filesOf(all, path === "." ? "" : path).map(read(root));
  const isFile = all.includes(path);
  const hash =
    files.length === 0 && request.kind === "data"
      ? "0".repeat(64)
      : await (isFile
          ? uploadHash(files.map((file) => ({ ...file, path: "" })))
          : uploadHash(files, rulesIn(root)(path)));
  const place = uploadPath(hash, basename(join(root, path)));
  return request.kind === "data"
    ? `azureml://datastores/${request.datastore}/paths/${place}`
    : `https://acc.blob.core.windows.net/c/${place}/`;
}

function filesBelow(root: string): string[] {
  const files =
    known.get(root) ??
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  known.set(root, files);
  return files;
}
const known = new Map<string, string[]>();

const read =
  (root: string) =>
  ({ from, path }: CodeFile): HashedFile => ({
    path,
    size: statSync(join(root, from)).size,
    content: () => [readFileSync(join(root, from))],
  });

const rulesIn = (root: string) => (folder: string) => {
  const file = ignoreFiles.map((name) => join(root, folder, name)).find((path) => existsSync(path));
  return file === undefined ? () => false : readIgnoreRules(readFileSync(file, "utf8")).isIgnored;
};

/** Whether an asset is a prompt flow, whose version in the SDK is a hash without its code; see body-report.ts. */
function isFlow(properties: unknown): boolean {
  const { componentSpec } = properties as { readonly componentSpec?: { readonly type?: unknown } };
  return componentSpec?.type === "promptflow_parallel";
}

/** A body of the SDK with its generated asset names replaced by ours, where the assets are equal. */
function withOurNames(sent: Sent, put: Readonly<Record<string, unknown>>): Sent {
  let text = JSON.stringify(sent);
  for (const [place, properties] of Object.entries(sent.assets)) {
    if (!place.includes("/00000000-0000-0000-0000-") && !isFlow(properties)) continue;
    const kind = place.split("/")[0] ?? "";
    const [ours] = Object.keys(put).filter(
      (each) => each.startsWith(`${kind}/`) && differences(put[each], properties, "").length === 0,
    );
    if (ours !== undefined) text = text.replaceAll(place, ours);
  }
  return JSON.parse(text) as Sent;
}

interface Bodies {
  readonly job: unknown;
  readonly assets: Readonly<Record<string, unknown>>;
  /** Assets that are looked up by a label, e.g. `environments/e`. */
  readonly lookups: Readonly<Record<string, true>>;
}

/** The body and the assets that we send for a case; undefined if we reject it. */
async function bodiesOf(each: JudgedCase, sent: Sent): Promise<Bodies | undefined> {
  const { files, folder } = each;
  // The service sends the job that it has stored: the dump.
  const kept = loadJob(each.yaml, { files, folder }).job?.toYaml();
  const job = kept === undefined ? undefined : loadJob(kept, { files, folder }).job;
  if (job === undefined) return undefined;
  const named = job.withFields({ name: sent.name, experiment_name: job.experiment_name || "Default" });
  const componentFiles: ComponentFiles = {
    pipelineFile: (path) => readPipelineFile(path, files, folder),
    flowFile: (path) => readFlowFile(path, files, folder),
  };
  const ids = new Map<string, string>();
  const put: Record<string, unknown> = {};
  const assets: AssetResolver = {
    workspace,
    ...componentFiles,
    resolve({ key }) {
      const id = ids.get(key);
      if (id === undefined) throw new Error(`${key} was not requested.`);
      return id;
    },
  };
  const requests = collectAssetRequests(named, componentFiles);
  for (const request of requests) ids.set(request.key, await answer(request, assets, each, put));
  const text = JSON.stringify({ job: jobToRest(named, assets).properties, assets: put }).replaceAll(workspace, "{WS}");
  const lookups = requests.flatMap((request) => (request.kind === "label" ? [`${request.asset}/${request.name}`] : []));
  return { ...(JSON.parse(text) as Omit<Bodies, "lookups">), lookups: asSet(lookups) };
}

function asSet(names: readonly string[]): Readonly<Record<string, true>> {
  return Object.fromEntries(names.map((name) => [name, true]));
}

/** The assets that the SDK looks up, from calls such as `environments/e/versions` and `data/d`. */
function lookupsOf({ calls = [] }: Sent): Readonly<Record<string, true>> {
  return asSet(calls.flatMap((call) => /^(?:components|data|environments|models)\/[^/]+/.exec(call) ?? []));
}

/** The differences between the body that we send for a case and the SDK's; undefined if we reject the case. */
export async function judgeBody(each: JudgedCase, sent: Sent): Promise<readonly BodyDifference[] | undefined> {
  const bodies = await bodiesOf(each, sent);
  if (bodies === undefined) return undefined;
  const { job, assets } = withOurNames(sent, bodies.assets);
  return differences(bodies, { job, assets, lookups: lookupsOf(sent) }, "");
}

/** The differences between the body that we send for a case and that of the job read back from Azure ML. */
export async function judgeReturn(each: JudgedCase, sent: Sent): Promise<readonly BodyDifference[]> {
  const job = JSON.parse(JSON.stringify((await bodiesOf(each, sent))?.job).replaceAll("{WS}", workspace)) as object;
  const read = loadJob(
    restToJob({ id: `${workspace}/jobs/${sent.name}`, name: sent.name, properties: job }, workspace),
  );
  if (read.job === undefined)
    return read.issues.map(({ pointer, message }) => ({ path: pointer, ours: message, sdk: undefined }));
  const refuse = (): never => {
    throw new Error("A job of Azure ML needs no asset requests.");
  };
  const again = jobToRest(read.job, { workspace, pipelineFile: refuse, flowFile: refuse, resolve: refuse }).properties;
  return differences(JSON.parse(JSON.stringify(again)), job, "").filter(({ path }) => !path.endsWith("/_source"));
}
