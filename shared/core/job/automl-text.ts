/** What automl jobs of texts have. @see azure/ai/ml/_schema/automl/nlp_vertical of the SDK */
import type { Mapping } from "../yaml/value.ts";
import { fixedShape, type Parameters, section, spaceShape, sweepSettings } from "./automl-sweep.ts";
import type { Widen } from "./run-settings.ts";
import { fields, integer, jsonSchema, listOf, optional, type Piece, piece, readBy, text } from "./schema.ts";

const parameters: Parameters = {
  booleans: [],
  floats: ["learning_rate", "warmup_ratio", "weight_decay"],
  integers: ["gradient_accumulation_steps", "number_of_epochs", "training_batch_size", "validation_batch_size"],
  texts: ["model_name"],
  words: { learning_rate_scheduler: ["none", "linear", "cosine", "cosine_with_restarts", "polynomial", "constant", "constant_with_warmup"] },
};

/** What a job of texts has where it says nothing of its limits. */
export const textLimits: Mapping = { max_nodes: 1, max_trials: 1 };

function limits(widen: Widen): Piece<Mapping> {
  const given = fields({
    max_concurrent_trials: optional(widen(integer)),
    max_trials: optional(widen(integer)),
    max_nodes: optional(widen(integer)),
    timeout_minutes: optional(widen(integer)),
    trial_timeout_minutes: optional(widen(integer)),
  });
  return piece(
    (value, report) => ({ ...textLimits, ...readBy(given, value, report) }),
    () => jsonSchema(given),
  );
}

/** Fields of the three tasks, but for the target column. */
export function textShape(widen: Widen) {
  return {
    limits: optional(limits(widen)),
    sweep: optional(sweepSettings(widen)),
    training_parameters: optional(section(fixedShape(parameters, widen))),
    search_space: optional(listOf(section(spaceShape(parameters, widen, false)))),
    featurization: optional(fields({ dataset_language: optional(text) }) as unknown as Piece<Mapping>),
  };
}
