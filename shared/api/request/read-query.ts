import type { HttpRequest } from "@azure/functions";
import * as z from "zod/mini";
import { ServiceError } from "../../core/errors.ts";
import { type Issue, pointer } from "../../core/issues.ts";
import { isBlobSafePath } from "../../core/text/blob-safe-path.ts";

/** One of some words, in any case of its letters, as a query parameter. */
export function wordOf<const Word extends string>(words: readonly Word[], expected: string) {
  const find = (text: string): Word | undefined => words.find((word) => word.toLowerCase() === text.toLowerCase());
  return z.optional(
    z.pipe(
      z.string().check(z.refine((text) => find(text) !== undefined, expected)),
      z.transform((text: string) => find(text) as Word),
    ),
  );
}

/** `true` or `false` in any case of its letters (Python writes `True`), as a query parameter. */
export const flag = z.pipe(
  wordOf(["true", "false"], "must be true or false"),
  z.transform((word: "true" | "false" | undefined) => (word === undefined ? undefined : word === "true")),
);

/** The path of a file in a bundle, as a query parameter. */
export const bundlePath = z.optional(
  z
    .string()
    .check(
      z.refine(isBlobSafePath, "must be the path of a file in the bundle, without `..`, as in jobs/train/job.yml"),
    ),
);

/** A whole number within bounds, as a query parameter. */
export function wholeNumber(least: number, most: number) {
  const isWithin = (text: string) => /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
  return z.optional(
    z.pipe(
      z.string().check(z.refine(isWithin, `must be a whole number from ${least} to ${most}`)),
      z.transform(Number),
    ),
  );
}

/**
 * Reads the query by a schema; a parameter in `lists` may come several times. Function keys (`code`) are let through.
 * @throws ServiceError `invalid_query` naming each parameter that is unknown, repeated or wrong.
 */
export function readQuery<Shape extends z.core.$ZodShape>(
  request: HttpRequest,
  shape: Shape,
  lists: readonly string[] = [],
): z.infer<z.ZodMiniObject<Shape>> {
  const issues: Issue[] = [];
  const given: Record<string, unknown> = {};
  const { searchParams } = new URL(request.url);
  for (const name of new Set(searchParams.keys())) {
    if (name === "code") continue;
    const values = searchParams.getAll(name);
    if (!Object.hasOwn(shape, name))
      issues.push(issue(name, "unknown_parameter", `There is no query parameter ${shown(name)}${known(shape)}`));
    else if (lists.includes(name)) given[name] = values;
    else if (values.length > 1)
      issues.push(
        issue(name, "repeated_parameter", `The query parameter ${name} may come once; it came ${values.length} times.`),
      );
    else given[name] = values[0];
  }
  const parsed = z.object(shape).safeParse(given);
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = String(path[0]);
    const text = `The query parameter ${name} ${message}; it is ${shown(searchParams.get(name) ?? "")}.`;
    issues.push(issue(name, "invalid_parameter", text));
  }
  if (issues.length > 0 || parsed.data === undefined) {
    throw new ServiceError("invalid_query", issues.map(({ message }) => message).join(" "), { issues });
  }
  return parsed.data;
}

function known(shape: z.core.$ZodShape): string {
  const names = Object.keys(shape);
  return names.length === 0 ? "; this call has none." : `; known are ${names.join(", ")}.`;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}

function issue(name: string, code: string, message: string): Issue {
  return { pointer: pointer(["query", name]), code, message };
}
