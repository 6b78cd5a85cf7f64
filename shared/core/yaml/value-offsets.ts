/** The offsets of a value in its text. */
export interface Place {
  /** That of the key, or of the value itself if it has none. */
  readonly key: number;
  /** -1 for an empty value, as in `a:`. */
  readonly value: number;
  /** False for the innermost value around one that does not exist. */
  readonly isExact: boolean;
}

/** The offsets of the values of a document, recorded in the order of the text, and searched only for problems. */
export class ValueOffsets {
  private readonly depths: number[] = [];
  private readonly names: string[] = [];
  private readonly keys: number[] = [];
  private readonly values: number[] = [];
  private members: readonly (ReadonlyMap<string, number> | undefined)[] | undefined;

  /** Records a value, before those in it. `name` is its key or index in the value around it. */
  add(depth: number, name: string, key: number, value: number): void {
    this.depths.push(depth);
    this.names.push(name);
    this.keys.push(key);
    this.values.push(value);
  }

  /** The place of the value at a path, or that of the innermost value around it. */
  find(path: readonly string[]): Place {
    this.members ??= this.index();
    let found = 0;
    let level = 0;
    for (; level < path.length; level++) {
      const next = this.members[found]?.get(path[level] ?? "");
      if (next === undefined) break;
      found = next;
    }
    return { key: this.keys[found] ?? 0, value: this.values[found] ?? 0, isExact: level === path.length };
  }

  /** The values in each value, by name. The last of several equal keys counts. */
  private index(): readonly (ReadonlyMap<string, number> | undefined)[] {
    const members: Map<string, number>[] = [];
    const around: number[] = [];
    for (const [at, depth] of this.depths.entries()) {
      around[depth] = at;
      const parent = around[depth - 1];
      if (parent === undefined || (this.keys[at] ?? -1) < 0) continue;
      const names = members[parent] ?? new Map<string, number>();
      members[parent] = names.set(this.names[at] ?? "", at);
    }
    return members;
  }
}
