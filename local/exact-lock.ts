/**
 * A lock of one folder that exactly one process holds, however many want it at once and however the last holder ended.
 *
 * The folder `lock` has a numbered file for each holder, and the highest number is the lock. A file comes into being whole, by a
 * hard link, and only once. A lock whose holder is gone is not taken away but followed by the next number, which one of those
 * that found it can link. So there is no moment in which a newer lock could be taken for the old one and removed.
 */
import { randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defined } from "../shared/lib/defined.ts";
import { isAlive, startMark } from "./process-info.ts";

export interface Holder {
  readonly pid: number;
  /** Distinguishes the holder from a later process of the same number; absent on systems without such a mark. */
  readonly mark?: string;
  readonly released?: true;
}

export type Attempt =
  | { readonly held: true; readonly before: Holder | undefined; release(): void }
  | { readonly held: false; readonly holder: Holder };

/** Takes the lock, or returns the process that holds it. @throws the system's error when nothing can be written there. */
export async function takeLock(folder: string): Promise<Attempt> {
  const place = join(folder, "lock");
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const mark = await startMark(process.pid);
  const mine: Holder = { pid: process.pid, ...defined({ mark }) };
  for (;;) {
    const last = highest(place);
    const holder = last === 0 ? undefined : readHolder(join(place, String(last)));
    // It was followed by another one while it was read.
    if (last > 0 && holder === undefined && highest(place) !== last) continue;
    if (holder !== undefined && (await isHeldBy(holder))) return { held: false, holder };
    const number = last + 1;
    if (!linkWhole(place, String(number), mine)) continue;
    // Someone who was quicker by two numbers may have removed the file of this number before.
    if (highest(place) !== number) {
      rmSync(join(place, String(number)), { force: true });
      continue;
    }
    // The last two stay: numbers only grow, and a list that is read meanwhile has at least one of them.
    for (const name of readdirSync(place))
      if (numberOf(name) > 0 && numberOf(name) < number - 1) rmSync(join(place, name), { force: true });
    return { held: true, before: holder, release: () => release(place, String(number), { ...mine, released: true }) };
  }
}

async function isHeldBy({ pid, mark, released }: Holder): Promise<boolean> {
  if (released === true || !isAlive(pid)) return false;
  const now = await startMark(pid);
  // Without marks only the numbers can be compared.
  return mark === undefined || now === undefined ? isAlive(pid) : now === mark;
}

const numberOf = (name: string) => (/^\d{1,15}$/.test(name) ? Number(name) : 0);
const highest = (place: string) => Math.max(0, ...readdirSync(place).map(numberOf));

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

/** False when there is a file of this name. */
function linkWhole(place: string, name: string, holder: Holder): boolean {
  const draft = writeDraft(place, holder);
  try {
    makeOnce(draft, join(place, name), holder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Some file systems have no hard links. There, the file is empty for a moment. */
function makeOnce(draft: string, file: string, holder: Holder): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!noLinks.includes((error as NodeJS.ErrnoException).code)) throw error;
    writeFileSync(file, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
  }
}

const noLinks: readonly (string | undefined)[] = ["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"];

function release(place: string, name: string, holder: Holder): void {
  // A folder that was removed meanwhile has no lock.
  if (existsSync(place)) renameSync(writeDraft(place, holder), join(place, name));
}

function writeDraft(place: string, holder: Holder): string {
  const draft = join(place, `draft-${randomUUID()}`);
  writeFileSync(draft, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
  return draft;
}
