/**
 * Loaded into a process before its own code: shifts its clock by the number of milliseconds in a file, which is read
 * again regularly.
 */
import { readFileSync } from "node:fs";

const { JOBGATE_TEST_SHIFT: file = "" } = process.env;
const RealDate = globalThis.Date;
let shift = 0;
const look = () => {
  try {
    shift = Number(readFileSync(file, "utf8"));
  } catch {
    shift = 0;
  }
};
look();
setInterval(look, 100).unref();

class ShiftedDate extends RealDate {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [RealDate.now() + shift] : given) as [number]));
  }
  static override now(): number {
    return RealDate.now() + shift;
  }
}
globalThis.Date = ShiftedDate as DateConstructor;
