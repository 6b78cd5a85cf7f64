import { hasBinding } from "../../../../core/job/fields/bindings.ts";
import type { EarlyTermination } from "../../../../core/job/fields/early-termination.ts";
import type { AutoMLJob } from "../../../../core/job/types/automl/job.ts";
import { isMapping, type Mapping, type Value } from "../../../../core/yaml/value.ts";
import { type AssetResolver, assetId, namedId } from "../asset-ids/asset-ids.ts";
import { dataUri, inputModes, outputsToRest, restWord } from "../fields/inputs-outputs.ts";
import { baseToRest, duration, ifMapping, queueToRest, resourcesToRest } from "../fields/run-settings.ts";
import { policyToRest } from "../sweep-to-rest.ts";
import { camelKeys, pascal } from "../values/letter-case.ts";
import { automlCamelKeys, searchSpacesToRest, trainingParametersToRest } from "./automl-parameters.ts";

/** Names that are not made of their words. */
const ownNames: Readonly<Record<string, string>> = {
  ...{ auc_weighted: "AUCWeighted", iou: "IOU", text_ner: "TextNER" },
  ...{ knn: "KNN", sgd: "SGD", svm: "SVM", linear_svm: "LinearSVM", light_gbm: "LightGBM" },
  ...{
    xg_boost_classifier: "XGBoostClassifier",
    xg_boost_regressor: "XGBoostRegressor",
    tcn_forecaster: "TCNForecaster",
  },
};

function word(value: Value | undefined): string | undefined {
  return typeof value === "string" ? (restWord(ownNames, value) ?? pascal(value)) : undefined;
}

function words(value: Value | undefined): Value | undefined {
  return Array.isArray(value) ? value.map((each: Value) => word(each) ?? each) : undefined;
}

/** Tasks that have one metric only, which is not sent. */
const withoutMetric: readonly string[] = ["text_classification_multilabel", "text_ner"];

/** @see AutoMLJob._to_rest_object and its likes for the ten tasks */
export function automlToRest({ fields }: AutoMLJob, assets: AssetResolver): Mapping {
  const { compute, environment_id, environment_variables, outputs = {}, resources, queue_settings } = fields;
  return {
    ...baseToRest(fields, "AutoML"),
    computeId: compute === undefined ? undefined : namedId(compute, "computes", assets),
    environmentId: environment_id === undefined ? undefined : assetId(environment_id, "environments", assets),
    environmentVariables: environment_variables,
    outputs: outputsToRest(outputs),
    resources: ifMapping(resources, resourcesToRest),
    queueSettings: ifMapping(queue_settings, queueToRest),
    taskDetails: taskToRest(fields as unknown as Mapping, assets),
  };
}

function taskToRest(fields: Mapping, assets: AssetResolver): Mapping {
  const {
    task,
    limits,
    featurization,
    training,
    forecasting,
    sweep,
    training_parameters,
    search_space,
    primary_metric,
  } = fields;
  const name = String(task);
  const isTable = !/^(?:image|text)_/.test(name);
  return {
    taskType: word(task),
    primaryMetric: withoutMetric.includes(name) ? undefined : word(primary_metric),
    logVerbosity: word(fields.log_verbosity),
    targetColumnName: name === "text_ner" ? undefined : fields.target_column_name,
    trainingData: table(fields.training_data, assets),
    validationData: table(fields.validation_data, assets),
    testData: isTable ? table(fields.test_data, assets) : undefined,
    validationDataSize: fields.validation_data_size,
    testDataSize: fields.test_data_size,
    weightColumnName: fields.weight_column_name,
    cvSplitColumnNames: fields.cv_split_column_names,
    nCrossValidations: autoOr(fields.n_cross_validations, "value"),
    positiveLabel: fields.positive_label,
    limitSettings: ifMapping(limits as Mapping | undefined, (all) => limitsToRest(all, isTable)),
    featurizationSettings: ifMapping(featurization as Mapping | undefined, (all) =>
      isTable ? featurizationToRest(all) : camelKeys(all),
    ),
    trainingSettings: ifMapping(training as Mapping | undefined, trainingToRest),
    forecastingSettings: ifMapping(forecasting as Mapping | undefined, forecastingToRest),
    sweepSettings: ifMapping(sweep as Mapping | undefined, sweepSettingsToRest),
    [name.startsWith("image_") ? "modelSettings" : "fixedParameters"]: ifMapping(
      training_parameters as Mapping | undefined,
      trainingParametersToRest,
    ),
    searchSpace: Array.isArray(search_space)
      ? searchSpacesToRest(search_space).map((space) => automlCamelKeys(space))
      : undefined,
  };
}

function table(value: Value | undefined, assets: AssetResolver): Mapping | undefined {
  return isMapping(value)
    ? { uri: dataUri(value, assets), mode: restWord(inputModes, value.mode), jobInputType: "mltable" }
    : undefined;
}

/** `auto`, or something of one's own. Zero is neither to the SDK, which sends it as it is. */
function autoOr(value: Value | undefined, field: "value" | "values"): Value | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === "auto") return { mode: "Auto" };
  return { mode: "Custom", [field]: field === "values" && !Array.isArray(value) ? [value] : value };
}

/** Minutes as ISO 8601. */
function minutes(value: Value | undefined): string | undefined {
  return typeof value === "number" || typeof value === "bigint" ? duration(Number(value) * 60) : undefined;
}

function limitsToRest({ timeout_minutes, trial_timeout_minutes, ...rest }: Mapping, isTable: boolean): Mapping {
  const sweeps = isTable ? { sweepConcurrentTrials: 0, sweepTrials: 0 } : {};
  return {
    ...camelKeys(rest),
    timeout: minutes(timeout_minutes),
    trialTimeout: minutes(trial_timeout_minutes),
    ...sweeps,
  };
}

function featurizationToRest({
  blocked_transformers,
  column_name_and_types,
  transformer_params,
  ...rest
}: Mapping): Mapping {
  const params = isMapping(transformer_params) ? transformer_params : {};
  return {
    ...camelKeys(rest),
    blockedTransformers: words(blocked_transformers),
    columnNameAndTypes: column_name_and_types,
    transformerParams: Object.fromEntries(Object.entries(params).map(([name, value]) => [pascal(name), value])),
  };
}

function trainingToRest(training: Mapping): Mapping {
  const {
    allowed_training_algorithms,
    blocked_training_algorithms,
    training_mode,
    ensemble_model_download_timeout_minutes,
    stack_ensemble_settings,
    ...rest
  } = training;
  return {
    ...camelKeys(rest),
    allowedTrainingAlgorithms: words(allowed_training_algorithms),
    blockedTrainingAlgorithms: words(blocked_training_algorithms),
    trainingMode: word(training_mode),
    ensembleModelDownloadTimeout: minutes(ensemble_model_download_timeout_minutes),
    stackEnsembleSettings: ifMapping(
      stack_ensemble_settings as Mapping | undefined,
      ({ stack_meta_learner_type, ...own }) => ({
        ...camelKeys(own),
        stackMetaLearnerType: word(stack_meta_learner_type),
      }),
    ),
  };
}

function forecastingToRest(forecasting: Mapping): Mapping {
  const { forecast_horizon, seasonality, target_rolling_window_size, target_lags, ...rest } = forecasting;
  const { time_series_id_column_names, features_unknown_at_forecast_time } = rest;
  const list = (value: Value | undefined): Value | undefined => (typeof value === "string" ? [value] : value);
  return {
    ...camelKeys(rest),
    forecastHorizon: autoOr(forecast_horizon, "value"),
    seasonality: autoOr(seasonality, "value"),
    targetRollingWindowSize: autoOr(target_rolling_window_size, "value"),
    targetLags: autoOr(target_lags, "values"),
    timeSeriesIdColumnNames: list(time_series_id_column_names),
    featuresUnknownAtForecastTime: list(features_unknown_at_forecast_time),
  };
}

function sweepSettingsToRest({ sampling_algorithm, early_termination }: Mapping): Mapping {
  return {
    samplingAlgorithm: sampling_algorithm,
    earlyTermination: isMapping(early_termination)
      ? policyToRest(early_termination as unknown as EarlyTermination)
      : undefined,
  };
}

const tables = ["training_data", "validation_data", "test_data"];

function nodeTable(value: Value | undefined, assets: AssetResolver): Value | undefined {
  return isMapping(value) && !hasBinding(value.path) ? { ...value, path: dataUri(value, assets) } : value;
}

/** A node keeps the names of YAML throughout. */
export function automlNodeToRest(name: string, node: Mapping, outputs: Mapping, assets: AssetResolver): Mapping {
  const { compute, search_space, forecasting, resources, ...rest } = node;
  const isTable = !/^(?:image|text)_/.test(String(node.task));
  return {
    tags: {},
    properties: {},
    ...(isTable ? { training: {} } : {}),
    ...rest,
    ...Object.fromEntries(tables.map((field) => [field, nodeTable(node[field], assets)])),
    ...(isMapping(resources) ? { resources: { properties: {}, ...resources } } : {}),
    ...(node.task === "forecasting" ? { forecasting: forecasting ?? {} } : {}),
    name,
    compute:
      typeof compute !== "string" || compute.includes("${{")
        ? compute
        : `azureml:${namedId(compute, "computes", assets)}`,
    outputs,
    search_space: Array.isArray(search_space) ? searchSpacesToRest(search_space) : undefined,
  };
}
