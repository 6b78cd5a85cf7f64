/** Finds fields of a section that belong into another section beside it. */
import type * as z from "zod/mini";
import { type PatchOperation, pointer } from "../../../issues.ts";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { run } from "../custom.ts";
import type { FoundIssues } from "./found-issues.ts";
import { shapesOf } from "./shapes.ts";

/** Limits the time for suggestions. */
const maxIssues = 200;

/** Suggests to move unknown fields without a suggestion into the only other section that accepts them. */
export function moveAside({ payload, first, input, shape, context }: FoundIssues): void {
  for (const issue of payload.issues.slice(first, first + maxIssues)) {
    const [field, name, ...more] = (issue.path ?? []).map(String);
    if (field === undefined || name === undefined || more.length > 0 || !isUnexplained(issue)) continue;
    const holder = input[field];
    const value = isMapping(holder) ? holder[name] : undefined;
    const accepts = ([other, type]: readonly [string, z.core.$ZodType]): boolean => {
      const section = other === field || !hasField(type, name) ? undefined : sectionWith(input[other], name, value);
      return section !== undefined && run(type, section, context).issues.length === 0;
    };
    const [target, ...others] = Object.entries(shape).filter(accepts);
    if (target === undefined || others.length > 0) continue;
    const [to] = target;
    const move = { op: "move", from: pointer([field, name]), path: pointer([to, name]) } as const;
    const add: readonly PatchOperation[] = Object.hasOwn(input, to)
      ? []
      : [{ op: "add", path: pointer([to]), value: {} }];
    const params = { code: "unknown_field", fix: { up: 2, patch: [...add, move] } };
    Object.assign(issue, { message: `is not a field here; move it into ${to}.`, params });
  }
}

/** A section with one more field; undefined if it has the field, or is no section. */
function sectionWith(section: Value | undefined, name: string, value: Value | undefined): Mapping | undefined {
  if (section !== undefined && (!isMapping(section) || Object.hasOwn(section, name))) return undefined;
  return { ...section, [name]: value };
}

function hasField(type: z.core.$ZodType, name: string): boolean {
  return shapesOf(type).some((shape) => Object.hasOwn(shape, name));
}

/** Whether the issue is an unknown field without a suggestion. */
export function isUnexplained(issue: z.core.$ZodRawIssue): boolean {
  if (issue.code !== "custom") return false;
  return issue.params?.code === "unknown_field" && issue.params.fix === undefined;
}
