/** All that the server keeps. */
import { randomUUID } from "node:crypto";
import { type Course, type CourseState, courseStateAt, courses } from "./courses.ts";
import { isObject, type JsonObject, objectAt, textAt } from "./request-and-reply.ts";

export interface ServerJob {
  readonly name: string;
  /** `properties` as they were sent first. */
  readonly sent: JsonObject;
  readonly createdAt: number;
  readonly course: Course;
  /** `properties` as they are now, but for what changes by itself. */
  properties: JsonObject;
  cancelAt: number | undefined;
  /** How often the run was changed from outside. */
  changes: number;
  deleted: boolean;
}

export interface WorkspaceNames {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

export interface Asset {
  readonly name: string;
  readonly version: string;
  readonly properties: JsonObject;
  readonly createdAt: number;
}

export interface ServerState {
  readonly workspace: WorkspaceNames;
  /** The ARM id of the workspace. */
  readonly root: string;
  readonly workspaceGuid: string;
  readonly jobs: Map<string, ServerJob>;
  /** `{type}/{name}/{version}` -> asset. */
  readonly assets: Map<string, Asset>;
  readonly computes: Set<string>;
  /** How often the operation of a cancel is asked about before it is done. */
  readonly operations: Map<string, number>;
  readonly pageSize: number;
  readonly speed: number;
  now(): number;
  courseOf(name: string, properties: JsonObject): Course;
}

export interface StateOptions {
  readonly workspace?: WorkspaceNames;
  readonly computes?: readonly string[];
  /** Jobs on a page of a list. */
  readonly pageSize?: number;
  /** How much faster than real time jobs go. */
  readonly speed?: number;
  readonly now?: () => number;
  /** The course of a job, where its tag does not say. */
  readonly courseOf?: (name: string, properties: JsonObject) => Course | undefined;
}

const defaultWorkspace: WorkspaceNames = {
  subscriptionId: "00000000-0000-0000-0000-000000000001",
  resourceGroup: "local",
  name: "workspace",
};
export const courseTag = "azureml_server.course";

export function createState(options: StateOptions): ServerState {
  const {
    workspace = defaultWorkspace,
    computes = ["cpu-cluster", "gpu-cluster"],
    pageSize = 50,
    speed: pace = 1,
    now = Date.now,
  } = options;
  const root = `/subscriptions/${workspace.subscriptionId}/resourceGroups/${workspace.resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/${workspace.name}`;
  const tagged = (properties: JsonObject) => courses[textAt(objectAt(properties, "tags"), courseTag) ?? ""];
  return {
    workspace,
    root,
    workspaceGuid: randomUUID(),
    jobs: new Map(),
    assets: new Map(),
    computes: new Set(computes),
    operations: new Map(),
    pageSize,
    speed: pace,
    now,
    courseOf: (name, properties) =>
      tagged(properties) ?? options.courseOf?.(name, properties) ?? (courses.succeeds as Course),
  };
}

export function findJob(state: ServerState, name: string): ServerJob | undefined {
  const job = state.jobs.get(name);
  return job?.deleted === true ? undefined : job;
}

export function jobState(
  { now, speed: pace }: ServerState,
  { course, createdAt, cancelAt, properties }: ServerJob,
): CourseState {
  // A pipeline has nothing to start, and begins with preparing.
  const steps =
    properties.jobType === "Pipeline" ? course.steps.filter(({ status }) => status !== "Starting") : course.steps;
  return courseStateAt({ ...course, steps }, createdAt, cancelAt, now(), pace);
}

/** A run below another one: a node of a pipeline, a trial of a sweep. It does what its parent does. */
export interface ChildRun {
  readonly name: string;
  readonly displayName: string;
  readonly parent: ServerJob;
}

/** The runs below a job; there are none before it runs. */
export function childrenOf(state: ServerState, parent: ServerJob): readonly ChildRun[] {
  if (!jobState(state, parent).began.some(({ status }) => status === "Running")) return [];
  const { properties } = parent;
  const nodes = Object.keys(objectAt(properties, "jobs"));
  const trials = Number(objectAt(properties, "limits").maxTotalTrials ?? 2);
  const names =
    properties.jobType === "Sweep" ? Array.from({ length: Math.min(trials, 1000) }, (_, index) => `${index}`) : nodes;
  return names.map((displayName) => ({ name: `${parent.name}_${displayName}`, displayName, parent }));
}

export function findChild(state: ServerState, name: string): ChildRun | undefined {
  for (const parent of state.jobs.values()) {
    if (parent.deleted || !name.startsWith(`${parent.name}_`) || !isObject(parent.properties)) continue;
    const found = childrenOf(state, parent).find((child) => child.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}
