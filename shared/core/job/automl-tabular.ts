/** What automl jobs of tables have: classification, regression, forecasting. @see azure/ai/ml/_schema/automl/table_vertical of the SDK */
import { type Mapping, toFloat, type Value } from "../yaml/value.ts";
import { reportWrong, show } from "./problems.ts";
import type { Widen } from "./run-settings.ts";
import { boolean, fields, float, integer, jsonSchema, listOf, lower, mapOf, oneOf, optional, type Piece, piece, readBy, snake, text, word } from "./schema.ts";
import { floatOrText, orNull } from "./sweep-fields.ts";

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
    () => ({ anyOf: [{ enum: ["auto"] }, jsonSchema(type)] }),
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
  return oneOf<number | bigint | readonly (number | bigint)[]>((value) => (Array.isArray(value) ? list : integer), "a whole number or a list of them", [
    integer,
    list,
  ]);
};

const transformers = [
  ...["text_target_encoder", "one_hot_encoder", "cat_target_encoder", "tf_idf", "wo_e_target_encoder"],
  ...["label_encoder", "word_embedding", "naive_bayes", "count_vectorizer", "hash_one_hot_encoder"],
];
const parametrized = ["imputer", "tf_idf", "hash_one_hot_encoder"];

/** The name of a transformer -> what it does to which columns. An empty one is none. */
const transformerParams = (widen: Widen): Piece<Mapping | undefined> => {
  const transformer = fields({ fields: optional(listOf(text)), parameters: optional(mapOf(orNull(widen(floatOrText)))) });
  const transformers = mapOf(listOf(transformer));
  return piece(
    (value, report) => {
      const read = readBy(transformers, value, report) ?? {};
      const named: Record<string, Value> = Object.create(null);
      for (const [key, list] of Object.entries(read)) {
        const name = snake(key);
        if (parametrized.includes(name)) named[name] = list as unknown as Value;
        else report({ code: "wrong_key", message: `must be one of ${parametrized.join(", ")}, not ${show(key)}.`, path: [key] });
      }
      return Object.keys(named).length === 0 ? undefined : named;
    },
    () => ({ type: "object", properties: Object.fromEntries(parametrized.map((name) => [name, { type: "array", items: jsonSchema(transformer) }])) }),
  );
};

const featurization = (widen: Widen): Piece<Mapping> =>
  fields({
    mode: optional(widen(word(["auto", "off", "custom"]))),
    dataset_language: optional(text),
    blocked_transformers: optional(listOf(word(transformers, snake))),
    column_name_and_types: optional(mapOf(text)),
    transformer_params: optional(transformerParams(widen)),
    enable_dnn_featurization: optional(widen(boolean)),
  }) as unknown as Piece<Mapping>;

/** Minutes, trials and machines. */
const limits = (widen: Widen): Piece<Mapping> =>
  fields({
    enable_early_termination: optional(widen(boolean)),
    exit_score: optional(widen(float)),
    max_concurrent_trials: optional(widen(integer)),
    max_cores_per_trial: optional(widen(integer)),
    max_nodes: optional(widen(integer)),
    max_trials: optional(widen(integer)),
    timeout_minutes: optional(widen(integer)),
    trial_timeout_minutes: optional(widen(integer)),
  }) as unknown as Piece<Mapping>;

const metaLearners = [
  ...["none", "logistic_regression", "logistic_regression_cv", "light_gbm_classifier"],
  ...["elastic_net", "elastic_net_cv", "light_gbm_regressor", "linear_regression"],
];

/** The SDK's schema has `stack_meta_learner_kwargs` too, but its class does not, so every job that uses it is refused. */
const stackEnsemble = (widen: Widen): Piece<Mapping> => {
  const given = fields({ stack_meta_learner_type: word(metaLearners, snake), stack_meta_learner_train_percentage: optional(widen(float)) });
  return piece(
    (value, report) => ({ stack_meta_learner_train_percentage: toFloat(0.2), ...readBy(given, value, report) }),
    () => jsonSchema(given),
  );
};

const training = (models: readonly string[], widen: Widen): Piece<Mapping> =>
  fields({
    enable_dnn_training: optional(widen(boolean)),
    enable_model_explainability: optional(widen(boolean)),
    enable_onnx_compatible_models: optional(widen(boolean)),
    enable_stack_ensemble: optional(widen(boolean)),
    enable_vote_ensemble: optional(widen(boolean)),
    ensemble_model_download_timeout_minutes: optional(widen(integer)),
    stack_ensemble_settings: optional(stackEnsemble(widen)),
    // The SDK looks words up at once, so they cannot be bound.
    training_mode: optional(word(["auto", "distributed", "non_distributed"], snake)),
    allowed_training_algorithms: optional(listOf(word(models, snake))),
    blocked_training_algorithms: optional(listOf(word(models, snake))),
  }) as unknown as Piece<Mapping>;

/** @see azure/ai/ml/_schema/automl/forecasting_settings.py */
export const forecasting = (widen: Widen): Piece<Mapping> =>
  fields({
    country_or_region_for_holidays: optional(text),
    cv_step_size: optional(widen(integer)),
    forecast_horizon: optional(widen(autoOrNumber)),
    target_lags: optional(widen(autoOr(lags(widen), "a whole number or a list of them"))),
    target_rolling_window_size: optional(widen(autoOrNumber)),
    time_column_name: optional(text),
    time_series_id_column_names: optional(textOrList),
    frequency: optional(text),
    feature_lags: optional(widen(word(["none", "auto"]))),
    seasonality: optional(widen(autoOrNumber)),
    short_series_handling_config: optional(widen(word(["none", "auto", "pad", "drop"]))),
    use_stl: optional(widen(word(["none", "season", "seasontrend"]))),
    target_aggregate_function: optional(widen(word(["none", "sum", "max", "min", "mean"]))),
    features_unknown_at_forecast_time: optional(textOrList),
  }) as unknown as Piece<Mapping>;

/** Fields of the three tasks, but for those of one of them only. */
export function tabularShape(models: readonly string[], widen: Widen, featurizationDefaults: Mapping) {
  const given = featurization(widen);
  return {
    limits: optional(limits(widen)),
    featurization: optional(
      piece<Mapping>(
        (value, report) => ({ ...featurizationDefaults, ...readBy(given, value, report) }),
        () => jsonSchema(given),
      ),
    ),
    training: optional(training(models, widen)),
    target_column_name: text,
    validation_data_size: optional(widen(float)),
    cv_split_column_names: optional(listOf(text)),
    n_cross_validations: optional(widen(autoOrNumber)),
    weight_column_name: optional(text),
    test_data_size: optional(widen(float)),
  };
}
