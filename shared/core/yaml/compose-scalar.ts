/** Values of scalars, and the tags of collections. */
import { SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import { fail, type State } from "./compose-state.ts";
import { scalarText, tagName } from "./event-text.ts";
import { constructScalar, coreTag, isScalarTag } from "./resolve-scalar.ts";
import type { Scalar } from "./value.ts";

export function readScalar(state: State, event: ScalarEvent, offset: number): Scalar {
  const text = scalarText(state.source, event, state.original);
  const quoted = event.style !== SCALAR_STYLE.PLAIN;
  if (event.style === SCALAR_STYLE.DOUBLE_QUOTED && !event.fast && !text.isWellFormed()) {
    fail(state, "invalid_character", "The text contains half of a surrogate pair, which is not a character.", offset);
  }
  if (event.tagStart < 0) {
    const value = quoted ? text : state.resolvePlain(text);
    return (
      value ??
      (value === null
        ? null
        : fail(state, "invalid_scalar", `${text} is not a valid value; quote it to make it text.`, offset))
    );
  }
  const tag = tagName(state.source.slice(event.tagStart, event.tagEnd));
  if (tag === "!") return state.resolvePlain(text) ?? null;
  const value = constructScalar(tag, text);
  if (value !== undefined) return value;
  const tagText = state.source.slice(event.tagStart, event.tagEnd);
  const message = isScalarTag(tag)
    ? `The value ${JSON.stringify(text.slice(0, 100))} is not valid for the tag ${tagText}.`
    : `Tag ${tagText} is not allowed in a job.`;
  return fail(state, "unsupported_tag", message, offset);
}

/** Allows only the default tag of a collection: no field of a job accepts a set, an ordered map or pairs. */
export function checkTag(
  state: State,
  event: { readonly tagStart: number; readonly tagEnd: number },
  defaultTag: "map" | "seq",
  offset: number,
): void {
  if (event.tagStart < 0) return;
  const text = state.source.slice(event.tagStart, event.tagEnd);
  const name = tagName(text);
  if (name !== "!" && name !== coreTag + defaultTag)
    fail(state, "unsupported_tag", `Tag ${text} is not allowed here.`, offset);
}
