/**
 * Fields of automl jobs for tables: classification, regression, forecasting.
 * @see azure/ai/ml/_schema/automl/table_vertical of the SDK
 */

import * as z from "zod/mini";
import { type Mapping, toFloat, type Value } from "../../../yaml/value.ts";
import type { Widen } from "../../fields/run-settings.ts";
import { listOf, mapOf, oneOf } from "../../schema/containers.ts";
import { custom, parsePart, transformed, tryParse } from "../../schema/custom.ts";
import { aboutLanguage, aboutTarget, aboutTrials, aboutValidationSize } from "../../schema/descriptions.ts";
import { enumOf, enumSchema, lower, snake } from "../../schema/enums.ts";
import { fields } from "../../schema/fields.ts";
import { addIssue, wrongType } from "../../schema/issues.ts";
import { boolean, float, integer, text } from "../../schema/scalars.ts";
import { optional, required, type Schema } from "../../schema/schema.ts";
import { floatOrText } from "../sweep/sweep-settings.ts";
import { limitsShape } from "./sweep.ts";

/** `auto`, or a value of another type. */
function autoOr<T>(type: Schema<T>, expected: string): Schema<T | "auto"> {
  return custom<T | "auto">(
    (value, payload, context) => {
      if (typeof value === "string" && lower(value) === "auto") return "auto";
      // For a list, the issues of its items are reported.
      if (Array.isArray(value)) return parsePart(type, value, payload, context) ?? z.NEVER;
      return tryParse(type, value, context) ?? wrongType(payload, `auto or ${expected}`);
    },
    (convert) => ({ anyOf: [enumSchema(["auto"], lower), convert(type)] }),
  );
}

const autoOrNumber = autoOr(integer, "a whole number");

const textOrList: Schema<string | readonly string[]> = oneOf<string | readonly string[]>(
  (value) => (Array.isArray(value) ? listOf(text) : text),
  "text or a list of texts",
  [text, listOf(text)],
);

const lags = (widen: Widen): Schema<number | bigint | readonly (number | bigint)[]> => {
  const list = listOf(widen(integer));
  return oneOf<number | bigint | readonly (number | bigint)[]>(
    (value) => (Array.isArray(value) ? list : integer),
    "a whole number or a list of them",
    [integer, list],
  );
};

const transformers = [
  ...["text_target_encoder", "one_hot_encoder", "cat_target_encoder", "tf_idf", "wo_e_target_encoder"],
  ...["label_encoder", "word_embedding", "naive_bayes", "count_vectorizer", "hash_one_hot_encoder"],
];
const parametrized = ["imputer", "tf_idf", "hash_one_hot_encoder"];

/** Transformer name -> its parameters and columns; an empty mapping is ignored. */
const transformerParams = (widen: Widen): Schema<Mapping | undefined> => {
  const transformer = fields({
    fields: optional(listOf(text), "Columns that the transformer is applied to."),
    parameters: optional(mapOf(z.nullable(widen(floatOrText))), "Parameters of the transformer, by name."),
  });
  const transformers = listOf(transformer);
  const byName = mapOf(transformers);
  return custom(
    (value, payload, context) => {
      const named: Record<string, Value> = Object.create(null);
      for (const [key, list] of Object.entries(parsePart(byName, value, payload, context) ?? {})) {
        const name = snake(key);
        if (parametrized.includes(name)) named[name] = list;
        else
          addIssue(
            payload,
            "wrong_key",
            `is not a transformer with parameters; expected one of ${parametrized.join(", ")}.`,
            { path: [key] },
          );
      }
      return Object.keys(named).length === 0 ? undefined : named;
    },
    (convert) => {
      const list = convert(transformers);
      const patterns = parametrized.map((name) => [`^${snake.pattern?.(name)}$`, list]);
      const description = "Parameters of the transformer, and the columns that they apply to.";
      return {
        type: "object",
        properties: Object.fromEntries(parametrized.map((name) => [name, { description, ...list }])),
        patternProperties: Object.fromEntries(patterns),
        additionalProperties: false,
      };
    },
  );
};

const featurization = (widen: Widen): Schema<Mapping> =>
  fields({
    mode: optional(
      widen(enumOf(["auto", "off", "custom"])),
      "Mode of featurization: automatic, off, or as configured here.",
    ),
    dataset_language: optional(text, aboutLanguage),
    blocked_transformers: optional(listOf(enumOf(transformers, snake)), "Transformers that must not be used."),
    column_name_and_types: optional(
      mapOf(text),
      "Column name -> type of its data, for columns whose type must not be detected automatically.",
    ),
    transformer_params: optional(
      transformerParams(widen),
      "Transformer name -> its parameters and the columns that they apply to.",
    ),
    enable_dnn_featurization: optional(widen(boolean), "Whether neural networks create features from text columns."),
  });

/** Limits on minutes, trials and machines. */
const limits = (widen: Widen): Schema<Mapping> =>
  fields({
    ...limitsShape(widen),
    enable_early_termination: optional(widen(boolean), "Whether the job ends when the score no longer improves."),
    exit_score: optional(widen(float), "Score at which the job ends."),
    max_cores_per_trial: optional(
      widen(integer),
      "Maximum number of cores of one trial; -1 for all cores of a machine.",
    ),
  });

const metaLearners = [
  ...["none", "logistic_regression", "logistic_regression_cv", "light_gbm_classifier"],
  ...["elastic_net", "elastic_net_cv", "light_gbm_regressor", "linear_regression"],
];

/** Without `stack_meta_learner_kwargs`, which the SDK's schema accepts but its class rejects. */
const stackEnsemble = (widen: Widen): Schema<Mapping> => {
  const given = fields({
    stack_meta_learner_type: required(
      enumOf(metaLearners, snake),
      "Model that combines the predictions of the other models.",
    ),
    stack_meta_learner_train_percentage: optional(
      widen(float),
      "Share of the training data that the combining model is trained on.",
    ),
  });
  return transformed<Mapping, Mapping>(given, (settings) => ({
    stack_meta_learner_train_percentage: toFloat(0.2),
    ...settings,
  }));
};

const training = (models: readonly string[], widen: Widen): Schema<Mapping> =>
  fields({
    enable_dnn_training: optional(widen(boolean), "Whether neural networks are trained."),
    enable_model_explainability: optional(widen(boolean), "Whether the best model is explained."),
    enable_onnx_compatible_models: optional(
      widen(boolean),
      "Whether only models that can be exported to ONNX are trained.",
    ),
    enable_stack_ensemble: optional(widen(boolean), "Whether a stack ensemble of the models is trained."),
    enable_vote_ensemble: optional(widen(boolean), "Whether a vote ensemble of the models is trained."),
    ensemble_model_download_timeout_minutes: optional(
      widen(integer),
      "Time limit for downloading the models of an ensemble, in minutes.",
    ),
    stack_ensemble_settings: optional(stackEnsemble(widen), "Settings of the stack ensemble."),
    // The SDK validates enum values when it reads them, so they cannot be bindings.
    training_mode: optional(
      enumOf(["auto", "distributed", "non_distributed"], snake),
      "Whether training is distributed over machines.",
    ),
    allowed_training_algorithms: optional(
      listOf(enumOf(models, snake)),
      "Algorithms that may be used; all others are excluded.",
    ),
    blocked_training_algorithms: optional(listOf(enumOf(models, snake)), "Algorithms that must not be used."),
  });

/** @see azure/ai/ml/_schema/automl/forecasting_settings.py */
export const forecasting = (widen: Widen): Schema<Mapping> =>
  fields({
    country_or_region_for_holidays: optional(text, "Country or region whose holidays are features, e.g. `US`."),
    cv_step_size: optional(widen(integer), "Number of periods between the folds of the cross-validation."),
    forecast_horizon: optional(widen(autoOrNumber), "Number of periods to forecast."),
    target_lags: optional(
      widen(autoOr(lags(widen), "a whole number or a list of them")),
      "Lags of the target, in periods, that are features.",
    ),
    target_rolling_window_size: optional(
      widen(autoOrNumber),
      "Number of past periods in the rolling window whose aggregates are features.",
    ),
    time_column_name: optional(text, "Column with the time."),
    time_series_id_column_names: optional(textOrList, "Columns that identify a time series."),
    frequency: optional(text, "Length of a period as a pandas offset, e.g. `D`."),
    feature_lags: optional(widen(enumOf(["none", "auto"])), "Whether past values of the other columns are features."),
    seasonality: optional(widen(autoOrNumber), "Number of periods after which a pattern repeats."),
    short_series_handling_config: optional(
      widen(enumOf(["none", "auto", "pad", "drop"])),
      "Handling of series that are too short.",
    ),
    use_stl: optional(
      widen(enumOf(["none", "season", "seasontrend"])),
      "STL decomposition of the target: its season, or its season and trend, become features.",
    ),
    target_aggregate_function: optional(
      widen(enumOf(["none", "sum", "max", "min", "mean"])),
      "Function that aggregates the target to the length of a period.",
    ),
    features_unknown_at_forecast_time: optional(
      textOrList,
      "Columns whose values are unknown at the time of the forecast.",
    ),
  });

/** Fields that the three tasks share. */
export function tabularShape(models: readonly string[], widen: Widen, featurizationDefaults: Mapping) {
  return {
    limits: optional(limits(widen), aboutTrials),
    featurization: optional(
      transformed<Mapping, Mapping>(featurization(widen), (given) => ({ ...featurizationDefaults, ...given })),
      "Featurization of the columns.",
    ),
    training: optional(training(models, widen), "Settings of the training, and the allowed and blocked models."),
    target_column_name: required(text, aboutTarget),
    validation_data_size: optional(widen(float), aboutValidationSize),
    cv_split_column_names: optional(
      listOf(text),
      "Columns that mark the rows used for validation, one column for each fold.",
    ),
    n_cross_validations: optional(widen(autoOrNumber), "Number of folds of the cross-validation."),
    weight_column_name: optional(text, "Column with the weights of the rows."),
    test_data_size: optional(widen(float), "Share of the training data that is held out for testing."),
  };
}
