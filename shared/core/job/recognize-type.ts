/** Recognizes the type of an invalid job by its fields. */
import { type Issue, type PatchOperation, pointer } from "../issues.ts";
import { isMapping, type Mapping, type Value } from "../yaml/value.ts";
import { closest } from "./schema/closest.ts";
import { show } from "./schema/show.ts";
import { type JobTypeName, jobTypeNames } from "./type-names.ts";

/** A field that only jobs of one type have at the top. */
type Sign = readonly [key: string, type: JobTypeName, isSign: (value: Value | undefined, payload: Mapping) => boolean];

const isText = (value: Value | undefined): boolean => typeof value === "string";
const isFineTuningTask = (value: Value | undefined): boolean =>
  typeof value === "string" && /^(?:chat_?completion|text_?completion)$/i.test(value);

const signs: readonly Sign[] = [
  ["jobs", "pipeline", isMapping],
  ["steps", "pipeline", isMapping],
  ["trial", "sweep", (value) => isMapping(value) || isText(value)],
  ["data_generation_type", "distillation", isText],
  ["model_provider", "finetuning", isText],
  ["entry", "spark", isMapping],
  ["task", "finetuning", isFineTuningTask],
  ["task", "automl", isText],
  ["source", "import", (value, payload) => isMapping(value) && isMapping(payload.output)],
];

/** The issue of a job whose type is missing or wrong, with the type that its fields show; otherwise undefined. */
export function recognizeType(payload: Mapping): (Issue & { readonly code: "unsupported_type" }) | undefined {
  if (Object.hasOwn(payload, "command")) return undefined;
  const given = payload.type;
  const isSign = ([key, , test]: Sign): boolean => Object.hasOwn(payload, key) && test(payload[key], payload);
  const sign = signs.find(isSign);
  if (sign === undefined || isOtherType(given) || signs.some((one) => one[1] === given && isSign(one)))
    return undefined;
  const [key, type] = sign;
  const isMissing = !Object.hasOwn(payload, "type");
  const problem = isMissing ? "is missing" : `is ${show(given)}`;
  const patch: PatchOperation[] = [{ op: isMissing ? "add" : "replace", path: "/type", value: type }];
  if (key === "steps") patch.push({ op: "move", from: "/steps", path: "/jobs" });
  const rename = key === "steps" ? " and jobs instead of steps" : "";
  return {
    pointer: pointer([key]),
    code: "unsupported_type",
    message: `${key} shows that this is a job of type ${type}, but its type ${problem}. Write type: ${type}${rename}.`,
    suggestion: patch,
  };
}

/** Whether a type is close to one that exists, which is then suggested, or is one that only nodes of pipelines have. */
function isOtherType(type: Value | undefined): boolean {
  if (typeof type !== "string" || jobTypeNames.some((name) => name === type)) return false;
  return /^(?:parallel|data_transfer|if_else|do_while)$/.test(type) || closest(type, jobTypeNames) !== undefined;
}
