/** The parts of a job that rules look at: tasks that run a command, and graphs of nodes, nested ones included. */
import { isObject, type JsonObject, objectAt, textAt } from "../request-and-reply.ts";

/** A command or Spark job, the trial of a sweep, or a component of these kinds. */
export interface Task {
  readonly type: string;
  readonly place: string;
  readonly environment: unknown;
  /** Its field with the environment: `environmentId` of a job, `environment` of a component. */
  readonly environmentField: string;
  /** The command or the arguments. */
  readonly text: string;
  readonly inputs: JsonObject;
  readonly outputs: JsonObject;
  readonly searchSpace: JsonObject;
  readonly runtimeVersion: unknown;
}

/** A pipeline job, or a component of a pipeline. */
export interface Graph {
  readonly place: string;
  readonly inputs: JsonObject;
  readonly outputs: JsonObject;
  readonly nodes: readonly Node[];
  readonly defaultCompute: unknown;
}

export interface Node {
  readonly name: string;
  readonly place: string;
  readonly type: string;
  readonly body: JsonObject;
  /** The specification of its component; undefined if the workspace has no such component. */
  readonly component: JsonObject | undefined;
}

interface JobParts {
  readonly tasks: readonly Task[];
  readonly graphs: readonly Graph[];
}

/** The specification of a component by its id. */
export type FindComponent = (id: string) => JsonObject | undefined;

const maxDepth = 20;

export function jobParts(sent: JsonObject, findComponent: FindComponent): JobParts {
  switch (sent.jobType) {
    case "Command":
      return { tasks: [jobTask("command", sent, sent)], graphs: [] };
    case "Spark":
      return { tasks: [jobTask("spark", sent, sent)], graphs: [] };
    case "Sweep":
      return { tasks: [jobTask("sweep", sent, objectAt(sent, "trial"))], graphs: [] };
    case "Pipeline":
      return graphParts(sent, "", undefined, findComponent, 0);
    default:
      return { tasks: [], graphs: [] };
  }
}

function jobTask(type: string, job: JsonObject, run: JsonObject): Task {
  return {
    type,
    place: type === "sweep" ? "trial." : "",
    environment: run.environmentId,
    environmentField: "environmentId",
    text: textAt(run, type === "spark" ? "args" : "command") ?? "",
    inputs: objectAt(job, "inputs"),
    outputs: objectAt(job, "outputs"),
    searchSpace: objectAt(job, "searchSpace"),
    runtimeVersion: objectAt(job, "resources").runtimeVersion,
  };
}

function graphParts(
  body: JsonObject,
  place: string,
  inherited: unknown,
  findComponent: FindComponent,
  depth: number,
): JobParts {
  const nodes = Object.entries(objectAt(body, "jobs")).flatMap(([name, node]) =>
    isObject(node) ? [nodeOf(name, `${place}jobs.${name}.`, node, findComponent)] : [],
  );
  const defaultCompute = objectAt(body, "settings").default_compute ?? body.computeId ?? inherited;
  const graph = { place, inputs: objectAt(body, "inputs"), outputs: objectAt(body, "outputs"), nodes, defaultCompute };
  const inner = nodes.map((node): JobParts => {
    if (node.component === undefined || depth === maxDepth) return { tasks: [], graphs: [] };
    if (node.component.type === "pipeline")
      return graphParts(node.component, node.place, node.body.computeId ?? defaultCompute, findComponent, depth + 1);
    return { tasks: componentTasks(node, node.component), graphs: [] };
  });
  return { tasks: inner.flatMap(({ tasks }) => tasks), graphs: [graph, ...inner.flatMap(({ graphs }) => graphs)] };
}

function nodeOf(name: string, place: string, body: JsonObject, findComponent: FindComponent): Node {
  const trial = textAt(body, "trial");
  const id = textAt(body, "componentId") ?? trial;
  const component = id === undefined ? undefined : findComponent(id);
  return { name, place, type: textAt(body, "type") ?? textAt(component, "type") ?? "command", body, component };
}

function componentTasks({ place, body, type: nodeType }: Node, component: JsonObject): readonly Task[] {
  const type = textAt(component, "type") ?? "";
  if (type !== "command" && type !== "spark") return [];
  return [
    {
      type,
      place: `${place}component.`,
      environment: component.environment ?? body.environment,
      environmentField: "environment",
      text: textAt(component, type === "spark" ? "args" : "command") ?? "",
      inputs: objectAt(component, "inputs"),
      outputs: objectAt(component, "outputs"),
      searchSpace: nodeType === "sweep" ? objectAt(body, "search_space") : {},
      runtimeVersion: objectAt(body, "resources").runtime_version,
    },
  ];
}
