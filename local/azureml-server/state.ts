/** The state of the server: its workspace, jobs and assets. */
import { randomUUID } from "node:crypto";
import { type Course, type CourseState, courseStateAt, courses } from "./courses.ts";
import { isObject, type JsonObject, objectAt, textAt } from "./request-and-reply.ts";

export interface ServerJob {
  readonly name: string;
  /** `properties` of the PUT that created the job. */
  readonly sent: JsonObject;
  readonly createdAt: number;
  readonly course: Course;
  /** The current `properties`, without those that derive from the course. */
  properties: JsonObject;
  cancelAt: number | undefined;
  /** Number of changes by clients. */
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
  /** Operation of a cancel -> number of polls until it is done. */
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
  /** Speed of jobs: 2 is twice as fast as real time. */
  readonly speed?: number;
  readonly now?: () => number;
  /** Chooses the course of a job without a tag for it. */
  readonly courseOf?: (name: string, properties: JsonObject) => Course | undefined;
}

const defaultWorkspace: WorkspaceNames = {
  subscriptionId: "00000000-0000-0000-0000-000000000001",
  resourceGroup: "local",
  name: "workspace",
};
/** Tag with the name of a job's course. */
export const courseTag = "azureml_server.course";

export function createState(options: StateOptions): ServerState {
  const {
    workspace = defaultWorkspace,
    computes = ["cpu-cluster", "gpu-cluster"],
    pageSize = 50,
    speed = 1,
    now = Date.now,
  } = options;
  const group = `/subscriptions/${workspace.subscriptionId}/resourceGroups/${workspace.resourceGroup}`;
  const root = `${group}/providers/Microsoft.MachineLearningServices/workspaces/${workspace.name}`;
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
    speed,
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
  { now, speed }: ServerState,
  { course, createdAt, cancelAt, properties }: ServerJob,
): CourseState {
  // A pipeline has no compute to start, so its first status is Preparing.
  const steps =
    properties.jobType === "Pipeline" ? course.steps.filter(({ status }) => status !== "Starting") : course.steps;
  return courseStateAt({ ...course, steps }, createdAt, cancelAt, now(), speed);
}

/** A child run: a node of a pipeline or a trial of a sweep. It has the same course as its parent. */
export interface ChildRun {
  readonly name: string;
  readonly displayName: string;
  readonly parent: ServerJob;
}

/** The child runs of a job; there are none before it runs. */
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
    const match = childrenOf(state, parent).find((child) => child.name === name);
    if (match !== undefined) return match;
  }
  return undefined;
}
