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

  /** Records a value, before those in it. `name` is its key or index in the value around it. */
  add(depth: number, name: string, key: number, value: number): void {
    this.depths.push(depth);
    this.names.push(name);
    this.keys.push(key);
    this.values.push(value);
  }

  /** The place of the value at a path, or that of the innermost value around it. */
  find(path: readonly string[]): Place {
    let found = 0;
    let level = 0;
    for (; level < path.length; level++) {
      const next = this.lastChild(found, path[level] ?? "");
      if (next === undefined) break;
      found = next;
    }
    return { key: this.keys[found] ?? 0, value: this.values[found] ?? 0, isExact: level === path.length };
  }

  /** The last value with this name in another one, because the last of several equal keys counts. */
  private lastChild(parent: number, name: string): number | undefined {
    const depth = this.depths[parent] ?? 0;
    let child: number | undefined;
    for (let at = parent + 1; at < this.depths.length && (this.depths[at] ?? 0) > depth; at++)
      if (this.depths[at] === depth + 1 && this.names[at] === name && (this.keys[at] ?? -1) >= 0) child = at;
    return child;
  }
}
