import type { HttpRequest } from "@azure/functions";
import * as z from "zod/mini";
import { ServiceError } from "../../core/errors.ts";
import { type Issue, pointer } from "../../core/issues.ts";
import { isBlobSafePath } from "../../core/text/blob-safe-path.ts";

/** Query parameter: one of `values`, in upper or lower case. `expected` is the message for other values. */
export function oneOf<const Value extends string>(values: readonly Value[], expected: string) {
  const find = (text: string): Value | undefined => values.find((value) => value.toLowerCase() === text.toLowerCase());
  return z.optional(
    z.pipe(
      z.string().check(z.refine((text) => find(text) !== undefined, expected)),
      z.transform((text: string) => find(text) as Value),
    ),
  );
}

/** Query parameter: `true` or `false`, in upper or lower case (Python prints `True`). */
export const flag = z.pipe(
  oneOf(["true", "false"], "must be true or false"),
  z.transform((value: "true" | "false" | undefined) => (value === undefined ? undefined : value === "true")),
);

/** Query parameter: the path of a file in the bundle. */
export const bundlePath = z.optional(
  z
    .string()
    .check(
      z.refine(isBlobSafePath, "must be the path of a file in the bundle, without `..`, as in jobs/train/job.yml"),
    ),
);

/** Query parameter: a whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number) {
  const isWithin = (text: string) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max;
  return z.optional(
    z.pipe(z.string().check(z.refine(isWithin, `must be a whole number from ${min} to ${max}`)), z.transform(Number)),
  );
}

/**
 * Parses the query parameters. Those in `lists` may be repeated; `code`, which contains a function key, is ignored.
 * @throws ServiceError `invalid_query` with an issue for each unknown, repeated or invalid parameter.
 */
export function readQuery<Shape extends z.core.$ZodShape>(
  request: HttpRequest,
  shape: Shape,
  lists: readonly string[] = [],
): z.infer<z.ZodMiniObject<Shape>> {
  const issues: Issue[] = [];
  const rawValues: Record<string, unknown> = {};
  const { searchParams } = new URL(request.url);
  for (const name of new Set(searchParams.keys())) {
    if (name === "code") continue;
    const values = searchParams.getAll(name);
    if (!Object.hasOwn(shape, name))
      issues.push(
        issue(name, "unknown_parameter", `The query parameter ${shown(name)} does not exist; ${advice(shape)}`),
      );
    else if (lists.includes(name)) rawValues[name] = values;
    else if (values.length > 1)
      issues.push(
        issue(name, "repeated_parameter", `The query parameter ${name} occurs ${values.length} times; send it once.`),
      );
    else rawValues[name] = values[0];
  }
  const parsed = z.object(shape).safeParse(rawValues);
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

function advice(shape: z.core.$ZodShape): string {
  const names = Object.keys(shape);
  return names.length === 0 ? "this endpoint has none." : `use ${names.join(", ")}.`;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}

function issue(name: string, code: string, message: string): Issue {
  return { pointer: pointer(["query", name]), code, message };
}
