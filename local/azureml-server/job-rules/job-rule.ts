import type { JsonObject } from "../request-and-reply.ts";
import type { Graph, Task } from "./job-parts.ts";

export interface Violation {
  readonly message: string;
  /** Place in the body of the job or in the component of a node, e.g. `jobs.train.computeId`. */
  readonly target: string;
}

/** A reason to refuse a job: each member looks at one part of it. */
export interface JobRule {
  readonly job?: (sent: JsonObject) => Violation | undefined;
  readonly task?: (task: Task) => Violation | undefined;
  readonly graph?: (graph: Graph) => Violation | undefined;
}
