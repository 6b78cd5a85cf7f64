/** What automl jobs of tables have: classification, regression, forecasting. @see azure/ai/ml/_schema/automl/table_vertical of the SDK */
import { type Mapping, toFloat, type Value } from "../../../yaml/value.ts";
import { orNull } from "../../fields/early-termination.ts";
import type { Widen } from "../../fields/run-settings.ts";
import { fields, listOf, mapOf, oneOf } from "../../schema/containers.ts";
import { aboutLanguage, aboutTarget, aboutTrials, aboutValidationSize } from "../../schema/descriptions.ts";
import { reportWrong, show } from "../../schema/diagnostics.ts";
import { lower, snake, word, wordSchema } from "../../schema/enums.ts";
import { boolean, float, integer, text } from "../../schema/scalars.ts";
import { field, jsonSchema, optional, type Piece, piece, readBy } from "../../schema/schema.ts";
import { floatOrText } from "../sweep/fields.ts";
import { limitShape } from "./sweep.ts";

/** `auto`, or what else may stand there. */
function autoOr<T>(type: Piece<T>, expected: string): Piece<T | "auto"> {
  return piece(
    (value, report) => {
      if (typeof value === "string" && lower(value) === "auto") return "auto";
      // In a list, the item that is wrong is named.
      if (Array.isArray(value)) return readBy(type, value, report) as T;
      const read = readBy(type, value, () => {});
      if (read === undefined) reportWrong(report, value, `auto or ${expected}`);
      return read as T;
    },
    () => ({ anyOf: [wordSchema(["auto"], lower), jsonSchema(type)] }),
  );
}

const autoOrNumber = autoOr(integer, "a whole number");

const textOrList: Piece<string | readonly string[]> = oneOf<string | readonly string[]>(
  (value) => (Array.isArray(value) ? listOf(text) : text),
  "text or a list of texts",
  [text, listOf(text)],
);

const lags = (widen: Widen): Piece<number | bigint | readonly (number | bigint)[]> => {
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

/** The name of a transformer -> what it does to which columns. An empty one is none. */
const transformerParams = (widen: Widen): Piece<Mapping | undefined> => {
  const transformer = fields({
    fields: optional(listOf(text), "The columns that it is used on."),
    parameters: optional(mapOf(orNull(widen(floatOrText))), "Its parameters, by name."),
  });
  const transformers = mapOf(listOf(transformer));
  return piece(
    (value, report) => {
      const read = readBy(transformers, value, report) ?? {};
      const named: Record<string, Value> = Object.create(null);
      for (const [key, list] of Object.entries(read)) {
        const name = snake(key);
        if (parametrized.includes(name)) named[name] = list;
        else
          report({
            code: "wrong_key",
            message: `must be one of ${parametrized.join(", ")}, not ${show(key)}.`,
            path: [key],
          });
      }
      return Object.keys(named).length === 0 ? undefined : named;
    },
    () => {
      const list = jsonSchema(listOf(transformer));
      const patterns = parametrized.map((name) => [`^${snake.pattern?.(name)}$`, list]);
      return {
        type: "object",
        properties: Object.fromEntries(
          parametrized.map((name) => [
            name,
            { description: "Its parameters, and the columns that they are for.", ...list },
          ]),
        ),
        patternProperties: Object.fromEntries(patterns),
        additionalProperties: false,
      };
    },
  );
};

const featurization = (widen: Widen): Piece<Mapping> =>
  fields({
    mode: optional(
      widen(word(["auto", "off", "custom"])),
      "Whether columns are made ready by themselves, not at all, or as said here.",
    ),
    dataset_language: optional(text, aboutLanguage),
    blocked_transformers: optional(listOf(word(transformers, snake)), "Transformers that are not used."),
    column_name_and_types: optional(mapOf(text), "Column -> what kind of data it is, where that is not to be guessed."),
    transformer_params: optional(
      transformerParams(widen),
      "Transformer -> its parameters and the columns that they are for.",
    ),
    enable_dnn_featurization: optional(widen(boolean), "Whether neural networks make features of texts."),
  });

/** Minutes, trials and machines. */
const limits = (widen: Widen): Piece<Mapping> =>
  fields({
    ...limitShape(widen),
    enable_early_termination: optional(widen(boolean), "Whether the job ends once the score gets no better."),
    exit_score: optional(widen(float), "The score at which the job ends."),
    max_cores_per_trial: optional(widen(integer), "The most cores of one trial; -1 for all of a machine."),
  });

const metaLearners = [
  ...["none", "logistic_regression", "logistic_regression_cv", "light_gbm_classifier"],
  ...["elastic_net", "elastic_net_cv", "light_gbm_regressor", "linear_regression"],
];

/** The SDK's schema has `stack_meta_learner_kwargs` too, but its class does not, so every job that uses it is refused. */
const stackEnsemble = (widen: Widen): Piece<Mapping> => {
  const given = fields({
    stack_meta_learner_type: field(word(metaLearners, snake), "The model that learns from the others."),
    stack_meta_learner_train_percentage: optional(widen(float), "The share of the training data that it learns from."),
  });
  return piece(
    (value, report) => ({ stack_meta_learner_train_percentage: toFloat(0.2), ...readBy(given, value, report) }),
    () => jsonSchema(given),
  );
};

const training = (models: readonly string[], widen: Widen): Piece<Mapping> =>
  fields({
    enable_dnn_training: optional(widen(boolean), "Whether neural networks are tried."),
    enable_model_explainability: optional(widen(boolean), "Whether the best model is explained."),
    enable_onnx_compatible_models: optional(widen(boolean), "Whether only models that have an ONNX form are tried."),
    enable_stack_ensemble: optional(widen(boolean), "Whether a model that learns from the others is tried."),
    enable_vote_ensemble: optional(widen(boolean), "Whether a vote of the models is tried."),
    ensemble_model_download_timeout_minutes: optional(
      widen(integer),
      "Minutes for fetching the models of an ensemble.",
    ),
    stack_ensemble_settings: optional(stackEnsemble(widen), "How the model that learns from the others is made."),
    // The SDK looks words up at once, so they cannot be bound.
    training_mode: optional(
      word(["auto", "distributed", "non_distributed"], snake),
      "Whether training is spread over machines.",
    ),
    allowed_training_algorithms: optional(listOf(word(models, snake)), "The only algorithms that are tried."),
    blocked_training_algorithms: optional(listOf(word(models, snake)), "Algorithms that are not tried."),
  });

/** @see azure/ai/ml/_schema/automl/forecasting_settings.py */
export const forecasting = (widen: Widen): Piece<Mapping> =>
  fields({
    country_or_region_for_holidays: optional(text, "The country or region whose holidays count, e.g. `US`."),
    cv_step_size: optional(widen(integer), "The number of periods from one fold of the cross-validation to the next."),
    forecast_horizon: optional(widen(autoOrNumber), "The number of periods that are forecast."),
    target_lags: optional(
      widen(autoOr(lags(widen), "a whole number or a list of them")),
      "The numbers of periods by which past values of the target are features.",
    ),
    target_rolling_window_size: optional(
      widen(autoOrNumber),
      "The number of past periods whose averages and extremes are features.",
    ),
    time_column_name: optional(text, "The column with the time."),
    time_series_id_column_names: optional(textOrList, "The columns that tell one series from another."),
    frequency: optional(text, "The length of a period, as pandas writes it, e.g. `D`."),
    feature_lags: optional(widen(word(["none", "auto"])), "Whether past values of the other columns are features."),
    seasonality: optional(widen(autoOrNumber), "The number of periods after which a pattern comes again."),
    short_series_handling_config: optional(
      widen(word(["none", "auto", "pad", "drop"])),
      "What becomes of series that are too short.",
    ),
    use_stl: optional(
      widen(word(["none", "season", "seasontrend"])),
      "Whether the season, or season and trend, of the target are features.",
    ),
    target_aggregate_function: optional(
      widen(word(["none", "sum", "max", "min", "mean"])),
      "How the target is brought to the length of a period.",
    ),
    features_unknown_at_forecast_time: optional(textOrList, "Columns that are not known yet when a forecast is made."),
  });

/** Fields of the three tasks, but for those of one of them only. */
export function tabularShape(models: readonly string[], widen: Widen, featurizationDefaults: Mapping) {
  const given = featurization(widen);
  return {
    limits: optional(limits(widen), aboutTrials),
    featurization: optional(
      piece<Mapping>(
        (value, report) => ({ ...featurizationDefaults, ...readBy(given, value, report) }),
        () => jsonSchema(given),
      ),
      "How columns are made ready.",
    ),
    training: optional(training(models, widen), "Which models are tried, and how."),
    target_column_name: field(text, aboutTarget),
    validation_data_size: optional(widen(float), aboutValidationSize),
    cv_split_column_names: optional(listOf(text), "Columns that say which rows are for validation, one for each fold."),
    n_cross_validations: optional(widen(autoOrNumber), "The number of folds of the cross-validation."),
    weight_column_name: optional(text, "The column with the weights of the rows."),
    test_data_size: optional(widen(float), "The share of the training data that is held back for a test."),
  };
}
