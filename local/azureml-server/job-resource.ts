/** Jobs as resources of Azure Resource Manager. */
import { type JsonObject, objectAt } from "./request-and-reply.ts";
import { type ChildRun, jobState, type ServerJob, type ServerState } from "./state.ts";

export function jobResource(state: ServerState, job: ServerJob, origin: string): JsonObject {
  const { status } = jobState(state, job);
  const services = { ...definedServices(job), ...standardServices(state, job.name, origin) };
  return { ...envelope(state, job.name, job.createdAt), properties: { ...job.properties, status, services } };
}

/** The resource of a child job, which has no properties. */
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

const emptyService = { port: null, endpoint: null, status: null, errorMessage: null, properties: null, nodes: null };

/** The services that the job defines. */
function definedServices({ sent }: ServerJob): JsonObject {
  return Object.fromEntries(
    Object.keys(objectAt(sent, "services")).map((name) => [
      name,
      { ...emptyService, ...objectAt(sent.services, name) },
    ]),
  );
}

function standardServices({ root, workspace }: ServerState, name: string, origin: string): JsonObject {
  const service = (jobServiceType: string, endpoint: string) => ({ ...emptyService, jobServiceType, endpoint });
  const { subscriptionId, resourceGroup, name: workspaceName } = workspace;
  const wsid = `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/workspaces/${workspaceName}`;
  return {
    Tracking: service("Tracking", `azureml://${origin.replace(/^https?:\/\//, "")}/mlflow/v1.0${root}?`),
    Studio: service("Studio", `https://ml.azure.com/runs/${name}?wsid=${wsid}`),
  };
}

/** A time in Azure ML's format, with seven digits of a second. */
export function azureTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}0000+00:00`;
}
