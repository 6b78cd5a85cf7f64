import { moves, type Phase, phaseOf } from "../../../shared/core/records/phases.ts";
import type { World } from "./world.ts";

/** A change of phase, as `from -> to`. */
type Move = `${Phase} -> ${Phase}`;

/** Every move in the table of phases. */
export const allowedMoves: readonly Move[] = Object.entries(moves).flatMap(([from, next]) =>
  Object.keys(next).map((to) => `${from} -> ${to}` as Move),
);

/** Collects the moves of all records that this world writes from now on, without those within one phase. */
export function watchPhases({ records }: World): ReadonlySet<Move> {
  const seen = new Set<Move>();
  const { replace } = records;
  records.replace = async (record, etag, options) => {
    const before = (await records.get(record.name))?.value ?? record;
    const written = await replace(record, etag, options);
    const [from, to] = [phaseOf(before), phaseOf(record)];
    if (from !== to) seen.add(`${from} -> ${to}`);
    return written;
  };
  return seen;
}

/** Moves that the table of phases does not have. */
export function movesOutsideTable(seen: ReadonlySet<Move>): readonly Move[] {
  return [...seen].filter((move) => !allowedMoves.includes(move));
}
