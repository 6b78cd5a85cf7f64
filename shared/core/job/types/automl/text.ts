/** Fields of automl jobs for texts. @see azure/ai/ml/_schema/automl/nlp_vertical of the SDK */

import type { Mapping } from "../../../yaml/value.ts";
import type { Widen } from "../../fields/run-settings.ts";
import { listOf } from "../../schema/containers.ts";
import { transformed } from "../../schema/custom.ts";
import { aboutLanguage, aboutParameters, aboutSpace, aboutSweep, aboutTrials } from "../../schema/descriptions.ts";
import { fields } from "../../schema/fields.ts";
import { text } from "../../schema/scalars.ts";
import { optional, type Schema } from "../../schema/schema.ts";
import {
  limitsShape,
  type Parameters,
  searchSpaceShape,
  section,
  sweepSettings,
  trainingParametersShape,
} from "./sweep.ts";

const parameters: Parameters = {
  booleans: {},
  floats: {
    learning_rate: "Initial learning rate.",
    warmup_ratio: "Share of the training in which the learning rate rises to its initial value.",
    weight_decay: "Weight decay.",
  },
  integers: {
    gradient_accumulation_steps: "Number of batches whose gradients are accumulated before the weights are updated.",
    number_of_epochs: "Number of epochs.",
    training_batch_size: "Size of a batch in training.",
    validation_batch_size: "Size of a batch in validation.",
  },
  texts: { model_name: "Model to fine-tune, e.g. `bert-base-cased`." },
  enums: {
    learning_rate_scheduler: {
      values: ["none", "linear", "cosine", "cosine_with_restarts", "polynomial", "constant", "constant_with_warmup"],
      description: "Schedule of the learning rate.",
    },
  },
};

/** The default limits of a job for texts. */
export const textLimits: Mapping = { max_nodes: 1, max_trials: 1 };

function limits(widen: Widen): Schema<Mapping> {
  return transformed<Mapping, Mapping>(fields(limitsShape(widen)), (given) => ({ ...textLimits, ...given }));
}

/** Fields of the three tasks, without the target column. */
export function textShape(widen: Widen) {
  return {
    limits: optional(limits(widen), aboutTrials),
    sweep: optional(sweepSettings(widen), aboutSweep),
    training_parameters: optional(section(trainingParametersShape(parameters, widen)), aboutParameters),
    search_space: optional(listOf(section(searchSpaceShape(parameters, widen, false))), aboutSpace),
    featurization: optional(fields({ dataset_language: optional(text, aboutLanguage) }), "Featurization of the texts."),
  };
}
