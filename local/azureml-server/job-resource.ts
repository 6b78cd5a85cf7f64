/** A job as Azure Resource Manager shows it. */
import { type JsonObject, objectAt } from "./request-and-reply.ts";
import { type ChildRun, jobState, type ServerJob, type ServerState } from "./state.ts";

export function jobResource(state: ServerState, job: ServerJob, origin: string): JsonObject {
  const { status } = jobState(state, job);
  const services = { ...ownServices(job), ...servicesOf(state, job.name, origin) };
  return { ...envelope(state, job.name, job.createdAt), properties: { ...job.properties, status, services } };
}

/** A child of a pipeline comes without its properties. */
export function childResource(state: ServerState, { name, parent }: ChildRun): JsonObject {
  return { ...envelope(state, name, parent.createdAt), properties: null };
}

function envelope({ root }: ServerState, name: string, createdAt: number): JsonObject {
  return {
    id: `${root}/jobs/${name}`,
    name,
    type: "Microsoft.MachineLearningServices/workspaces/jobs",
    systemData: { createdAt: azureTime(createdAt), createdBy: "Jobgate", createdByType: "Application" },
  };
}

const unknownYet = { port: null, endpoint: null, status: null, errorMessage: null, properties: null, nodes: null };

/** Those that the job asked for. */
function ownServices({ sent }: ServerJob): JsonObject {
  return Object.fromEntries(
    Object.keys(objectAt(sent, "services")).map((name) => [name, { ...unknownYet, ...objectAt(sent.services, name) }]),
  );
}

function servicesOf({ root, workspace }: ServerState, name: string, origin: string): JsonObject {
  const service = (jobServiceType: string, endpoint: string) => ({ ...unknownYet, jobServiceType, endpoint });
  const { subscriptionId, resourceGroup, name: workspaceName } = workspace;
  const wsid = `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/workspaces/${workspaceName}`;
  return {
    Tracking: service("Tracking", `azureml://${origin.replace(/^https?:\/\//, "")}/mlflow/v1.0${root}?`),
    Studio: service("Studio", `https://ml.azure.com/runs/${name}?wsid=${wsid}`),
  };
}

/** As the service writes times. */
export function azureTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}0000+00:00`;
}
