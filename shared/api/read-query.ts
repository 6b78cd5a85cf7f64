import type { HttpRequest } from "@azure/functions";
import * as z from "zod";
import { ServiceError } from "../core/errors.ts";
import type { Issue } from "../core/issues.ts";

/** `true` or `false`, as a query parameter. */
export const flag = z.enum(["true", "false"]).transform((text) => text === "true");

/**
 * Reads the query by a schema; a parameter in `lists` may come several times. Function keys (`code`) are let through.
 * @throws ServiceError `invalid_query` naming each parameter that is unknown, repeated or wrong.
 */
export function readQuery<Shape extends z.ZodRawShape>(request: HttpRequest, shape: Shape, lists: readonly string[] = []): z.infer<z.ZodObject<Shape>> {
  const issues: Issue[] = [];
  const given: Record<string, unknown> = {};
  for (const name of new Set(new URL(request.url).searchParams.keys())) {
    if (name === "code") continue;
    const values = new URL(request.url).searchParams.getAll(name);
    if (!Object.hasOwn(shape, name))
      issues.push(issue(name, "unknown_parameter", `There is no query parameter ${JSON.stringify(name.slice(0, 100))}${known(shape)}`));
    else if (lists.includes(name)) given[name] = values;
    else if (values.length > 1) issues.push(issue(name, "repeated_parameter", `The query parameter ${name} may come once; it came ${values.length} times.`));
    else given[name] = values[0];
  }
  const parsed = z.object(shape).safeParse(given);
  if (!parsed.success) {
    issues.push(
      ...parsed.error.issues.map(({ path, message }) => issue(String(path[0]), "invalid_parameter", `The query parameter ${String(path[0])}: ${message}.`)),
    );
  }
  if (issues.length > 0 || parsed.data === undefined) {
    throw new ServiceError("invalid_query", issues.map(({ message }) => message).join(" "), { issues });
  }
  return parsed.data;
}

function known(shape: z.ZodRawShape): string {
  const names = Object.keys(shape);
  return names.length === 0 ? "; this call has none." : `; known are ${names.join(", ")}.`;
}

function issue(name: string, code: string, message: string): Issue {
  return { pointer: `/query/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, code, message };
}
