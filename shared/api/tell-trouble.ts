import type { InvocationContext } from "@azure/functions";

/** What a tick of the poll came to: jobs that were due, those of them that were left, and why the backend could not be asked. */
interface Tick {
  readonly due: number;
  readonly left: number;
  readonly trouble?: string;
}

type Told = Pick<InvocationContext, "log" | "warn">;

/** Tells of trouble with the backend when it begins, when it is another one, and when it is over: not at every tick of a long outage. */
export function createTellTrouble(): (tick: Tick, context: Told) => void {
  let told: string | undefined;
  return ({ due, left, trouble }, context) => {
    // A tick that asked about nothing knows nothing.
    if (trouble === undefined && (told === undefined || left === due)) return;
    const kind = trouble?.replaceAll(/\d+/g, "0");
    if (kind === told) return;
    told = kind;
    if (trouble === undefined) context.log("The backend can be asked again.");
    else context.warn(`The backend could not be asked: ${trouble}`);
  };
}
