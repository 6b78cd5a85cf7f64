/** What becomes of jobs: the statuses that each one has, and for how long. */

export interface Step {
  readonly status: string;
  /** The last step lasts for good. */
  readonly seconds: number;
}

export interface Course {
  readonly steps: readonly Step[];
  /** Why it fails, if it does. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Steps that begin when a cancel is asked for. */
  readonly canceled: readonly Step[];
}

const canceled: readonly Step[] = [
  { status: "CancelRequested", seconds: 1 },
  { status: "Canceled", seconds: 0 },
];
const starting: readonly Step[] = [
  { status: "Starting", seconds: 1 },
  { status: "Preparing", seconds: 1 },
  { status: "Queued", seconds: 1 },
];
const end = (status: string): readonly Step[] => [
  { status: "Finalizing", seconds: 1 },
  { status, seconds: 0 },
];

/** A job takes the course that its tag `azureml_server.course` names, else `succeeds`. */
export const courses: Readonly<Record<string, Course>> = {
  succeeds: { steps: [...starting, { status: "Running", seconds: 4 }, ...end("Completed")], canceled },
  fails: {
    steps: [...starting, { status: "Running", seconds: 2 }, ...end("Failed")],
    error: { code: "UserError", message: "Execution failed. User process 'python' exited with status code 1." },
    canceled,
  },
  lasts: { steps: [...starting, { status: "Running", seconds: 3600 }, ...end("Completed")], canceled },
  flaps: {
    steps: [
      ...starting,
      { status: "Running", seconds: 1 },
      { status: "NotResponding", seconds: 1 },
      { status: "Running", seconds: 1 },
      { status: "Queued", seconds: 1 },
      { status: "Running", seconds: 1 },
      ...end("Completed"),
    ],
    canceled,
  },
  strange: { steps: [...starting, { status: "Frobnicating", seconds: 3 }, ...end("Completed")], canceled },
};

export interface CourseState {
  readonly status: string;
  /** Counts the steps that were begun. */
  readonly step: number;
  /** When each step so far began, in milliseconds. */
  readonly began: readonly { readonly status: string; readonly at: number }[];
}

/** Where a job is at a time. `pace` is how much faster or slower than real time its steps go (2: half as long). */
export function courseStateAt(
  course: Course,
  startedAt: number,
  cancelAt: number | undefined,
  now: number,
  pace: number,
): CourseState {
  const began: { status: string; at: number }[] = [];
  const walk = (steps: readonly Step[], from: number, until: number) => {
    let at = from;
    for (const { status, seconds } of steps) {
      if (at > until) return;
      began.push({ status, at });
      at += (seconds * 1000) / pace;
    }
  };
  walk(course.steps, startedAt, Math.min(now, cancelAt ?? now));
  if (cancelAt !== undefined) walk(course.canceled, cancelAt, now);
  return { status: began.at(-1)?.status ?? "NotStarted", step: began.length, began };
}

export function isTerminal(status: string): boolean {
  return ["Completed", "Failed", "Canceled"].includes(status);
}
