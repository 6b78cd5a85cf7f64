/** Recognizes documents of other systems that are sent as jobs. */
import { isMapping, type Mapping, type Value } from "../yaml/value.ts";

/** A document of another system, the key that shows it, and what to send in its place. */
interface Foreign {
  readonly system: string;
  readonly key: string;
  readonly advice: string;
  readonly test: (payload: Mapping) => boolean;
}

const sendStep =
  "Send the job that it runs: a command with its environment, e.g. type: command, command: python train.py, " +
  "environment: azureml:NAME:VERSION.";
const sendJob = "Send the job file that it submits, e.g. with `az ml job create --file`.";

const systems: readonly Foreign[] = [
  {
    system: "a Kubernetes object",
    key: "apiVersion",
    advice: sendStep,
    test: ({ apiVersion, kind }) => isText(apiVersion) && isText(kind),
  },
  { system: "a GitHub Actions workflow", key: "on", advice: sendJob, test: isWorkflow },
  { system: "a GitHub Actions workflow", key: "jobs", advice: sendJob, test: isWorkflow },
  {
    system: "a Docker Compose file",
    key: "services",
    advice: sendStep,
    test: ({ services, command, jobs }) =>
      hasEntryWith(services, ["image", "build"]) && command === undefined && jobs === undefined,
  },
  {
    system: "an Azure DevOps pipeline",
    key: "pool",
    advice: sendJob,
    test: (payload) => ["steps", "stages", "jobs"].some((key) => Array.isArray(payload[key])),
  },
  { system: "an Azure DevOps pipeline", key: "trigger", advice: sendJob, test: hasTasks },
  { system: "an Azure DevOps pipeline", key: "stages", advice: sendJob, test: hasTasks },
  { system: "an Azure DevOps pipeline", key: "steps", advice: sendJob, test: hasTasks },
  {
    system: "a GitLab pipeline",
    key: "stages",
    advice: sendJob,
    test: (payload) => hasEntryWith(payload, ["script"]),
  },
];

/** The key that shows that an invalid payload is a document of another system, and the message about it. */
export function recognizeForeign(payload: Mapping): { readonly key: string; readonly message: string } | undefined {
  if (Object.hasOwn(payload, "type") || Object.hasOwn(payload, "$schema")) return undefined;
  const found = systems.find(({ key, test }) => Object.hasOwn(payload, key) && test(payload));
  if (found === undefined) return undefined;
  const { key, system, advice } = found;
  return { key, message: `${key} shows that the document is ${system}, not a job of Azure ML. ${advice}` };
}

function isText(value: Value | undefined): boolean {
  return typeof value === "string";
}

function isWorkflow({ jobs }: Mapping): boolean {
  return hasEntryWith(jobs, ["runs-on", "steps", "uses"]);
}

/** Whether the stages or the steps of a pipeline are a list with one that runs something. */
function hasTasks({ stages, jobs, steps }: Mapping): boolean {
  const keys = ["task", "script", "bash", "pwsh", "powershell", "checkout", "jobs", "steps", "stage", "job"];
  return [stages, jobs, steps].some(
    (list) => Array.isArray(list) && list.some((item) => isMapping(item) && keys.some((key) => key in item)),
  );
}

/** Whether a mapping has a mapping with one of these keys. */
function hasEntryWith(value: Value | undefined, keys: readonly string[]): boolean {
  return isMapping(value) && Object.values(value).some((entry) => isMapping(entry) && keys.some((key) => key in entry));
}
