/** Random values that are reproducible from a seed. */
export interface Random {
  /** An integer from 0 to `below` - 1. */
  int(below: number): number;
  /** True with the probability 1 / `times`. */
  oneIn(times: number): boolean;
  pick<T>(values: readonly T[]): T;
  bytes(length: number): Buffer;
}

/** The generator mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number) => Math.floor(next() * below);
  return {
    int,
    oneIn: (times) => int(times) === 0,
    pick: <T>(values: readonly T[]) => values[int(values.length)] as T,
    bytes: (length) => Buffer.from(Array.from({ length }, () => int(256))),
  };
}

/** Replaces, removes or repeats some bytes. */
export function mutate(random: Random, bytes: Buffer): Buffer {
  let changed = bytes;
  for (let times = 1 + random.int(4); times > 0; times -= 1) {
    const at = random.int(changed.length + 1);
    const [before, rest] = [changed.subarray(0, at), changed.subarray(at)];
    const length = random.int(8);
    const instead = random.pick([
      random.bytes(1 + length),
      Buffer.alloc(0),
      Buffer.from([0]),
      Buffer.from([255]),
      before.subarray(-length),
      Buffer.from("${{"),
    ]);
    changed = Buffer.concat([before, instead, rest.subarray(random.pick([0, 1, instead.length, length]))]);
  }
  return changed;
}
