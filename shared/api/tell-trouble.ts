import type { InvocationContext } from "@azure/functions";

/** What a tick of the poll came to: jobs that were due, those of them that were left, why the backend could not be asked, and what there is to say of other backends' jobs. */
interface Tick {
  readonly due: number;
  readonly left: number;
  readonly trouble?: string;
  readonly others?: string;
}

type Told = Pick<InvocationContext, "log" | "warn">;

/** Tells of trouble with the backend when it begins, when it is another one, and when it is over: not at every tick of a long outage. Of other backends' jobs it tells once. */
export function createTellTrouble(): (tick: Tick, context: Told) => void {
  let told: string | undefined;
  let toldOthers: string | undefined;
  return ({ due, left, trouble, others }, context) => {
    if (others !== undefined && toldOthers !== kindOf(others)) {
      toldOthers = kindOf(others);
      context.warn(others);
    }
    // A tick that asked about nothing knows nothing.
    if (trouble === undefined && (told === undefined || left === due)) return;
    const kind = kindOf(trouble);
    if (kind === told) return;
    told = kind;
    if (trouble === undefined) context.log("The backend can be asked again.");
    else context.warn(`The backend could not be asked: ${trouble}`);
  };
}

/** Texts that differ in their numbers alone say the same. */
function kindOf(text: string | undefined): string | undefined {
  return text?.replaceAll(/\d+/g, "0");
}
