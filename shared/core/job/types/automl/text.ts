/** What automl jobs of texts have. @see azure/ai/ml/_schema/automl/nlp_vertical of the SDK */
import type { Mapping } from "../../../yaml/value.ts";
import type { Widen } from "../../fields/run-settings.ts";
import { fields, listOf } from "../../schema/containers.ts";
import { aboutLanguage, aboutParameters, aboutSpace, aboutSweep, aboutTrials } from "../../schema/descriptions.ts";
import { text } from "../../schema/scalars.ts";
import { jsonSchema, optional, type Piece, piece, readBy } from "../../schema/schema.ts";
import { fixedShape, limitShape, type Parameters, section, spaceShape, sweepSettings } from "./sweep.ts";

const parameters: Parameters = {
  booleans: {},
  floats: {
    learning_rate: "The learning rate at the beginning.",
    warmup_ratio: "The share of the training in which the learning rate rises to its value.",
    weight_decay: "The weight decay.",
  },
  integers: {
    gradient_accumulation_steps: "The number of batches whose gradients are added up before the weights change.",
    number_of_epochs: "The number of epochs.",
    training_batch_size: "The size of a batch in training.",
    validation_batch_size: "The size of a batch in validation.",
  },
  texts: { model_name: "The model that is trained further, e.g. `bert-base-cased`." },
  words: {
    learning_rate_scheduler: {
      list: ["none", "linear", "cosine", "cosine_with_restarts", "polynomial", "constant", "constant_with_warmup"],
      about: "How the learning rate changes.",
    },
  },
};

/** What a job of texts has where it says nothing of its limits. */
export const textLimits: Mapping = { max_nodes: 1, max_trials: 1 };

function limits(widen: Widen): Piece<Mapping> {
  const given = fields(limitShape(widen));
  return piece(
    (value, report) => ({ ...textLimits, ...readBy(given, value, report) }),
    () => jsonSchema(given),
  );
}

/** Fields of the three tasks, but for the target column. */
export function textShape(widen: Widen) {
  return {
    limits: optional(limits(widen), aboutTrials),
    sweep: optional(sweepSettings(widen), aboutSweep),
    training_parameters: optional(section(fixedShape(parameters, widen)), aboutParameters),
    search_space: optional(listOf(section(spaceShape(parameters, widen, false))), aboutSpace),
    featurization: optional(
      fields({ dataset_language: optional(text, aboutLanguage) }),
      "How the texts are made ready.",
    ),
  };
}
