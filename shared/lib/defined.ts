type Optional<T> = { [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined> };
type Required<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] };

/** A copy of `members` without those whose value is undefined. */
export function defined<T extends object>(members: T): Required<T> & Optional<T> {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(members)) {
    if (value !== undefined) copy[key] = value;
  }
  return copy as Required<T> & Optional<T>;
}
