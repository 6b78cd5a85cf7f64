/** Courses of simulated jobs: sequences of statuses, each with a duration. */

export interface Step {
  readonly status: string;
  /** Ignored for the last step, whose status is final. */
  readonly seconds: number;
}

export interface Course {
  readonly steps: readonly Step[];
  /** The error of a job that fails. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Steps that replace the others after a cancel. */
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

/** Courses by their names in the tag `azureml_server.course`; `succeeds` is the default. */
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

/** The state of a course at one time. */
export interface CourseState {
  readonly status: string;
  /** Number of steps that have started. */
  readonly step: number;
  /** The started steps with their start times, in milliseconds since the epoch. */
  readonly began: readonly { readonly status: string; readonly at: number }[];
}

/** The state of a course at the time `now`. @param speed divides the duration of its steps (2: half as long) */
export function courseStateAt(
  course: Course,
  startedAt: number,
  cancelAt: number | undefined,
  now: number,
  speed: number,
): CourseState {
  const began: { status: string; at: number }[] = [];
  const addSteps = (steps: readonly Step[], from: number, until: number) => {
    let at = from;
    for (const { status, seconds } of steps) {
      if (at > until) return;
      began.push({ status, at });
      at += (seconds * 1000) / speed;
    }
  };
  addSteps(course.steps, startedAt, Math.min(now, cancelAt ?? now));
  if (cancelAt !== undefined) addSteps(course.canceled, cancelAt, now);
  return { status: began.at(-1)?.status ?? "NotStarted", step: began.length, began };
}

export function isTerminal(status: string): boolean {
  return ["Completed", "Failed", "Canceled"].includes(status);
}
