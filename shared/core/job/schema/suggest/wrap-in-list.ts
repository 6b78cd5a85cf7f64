import type * as z from "zod/mini";
import type { Fix } from "../../../diagnostic.ts";
import { toJson } from "../../../yaml/to-json.ts";
import { isOpaque, type Value } from "../../../yaml/value.ts";
import { type Context, run } from "../custom.ts";

/** `main.py` for `[main.py]`, and `1, 2` for `[1, 2]`. */
export function wrapInList(type: z.core.$ZodType, value: Value | undefined, context: Context): Fix | undefined {
  if (value === undefined || value === null || isOpaque(value)) return undefined;
  const items = typeof value === "string" && /[,[\]]/.test(value) ? itemsOf(value) : [toJson(value)];
  return items !== undefined && run(type, items, context).issues.length === 0 ? { replaceWith: items } : undefined;
}

/** The words of a text with commas, and brackets around it or not; undefined if it has other marks. */
function itemsOf(text: string): readonly unknown[] | undefined {
  const [, bracketed, plain] = /^\s*(?:\[([^[\]]*)\]|([^[\]]*))\s*$/.exec(text) ?? [];
  const words = (bracketed ?? plain ?? "").split(",").map((word) => word.trim());
  const items = words.map((word) => word.replace(/^(["'])([^"']*)\1$/, "$2"));
  if (items.some((item) => item === "" || /[\s"'(){}]/.test(item))) return undefined;
  return items.map((item, index) => (item === words[index] && isNumber(item) ? Number(item) : item));
}

const isNumber = (word: string): boolean => /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?(?:e-?\d{1,2})?$/i.test(word);
