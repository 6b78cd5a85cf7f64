/** Groups of settings of AutoML tasks in their REST form. */
import type { EarlyTermination } from "../../../../core/job/fields/early-termination.ts";
import { isMapping, type Mapping, type Value } from "../../../../core/yaml/value.ts";
import { duration } from "../fields/run-settings.ts";
import { policyToRest } from "../fields/sweep-settings.ts";
import { camelKeys, pascal } from "../values/letter-case.ts";
import { mappingOrEmpty } from "../values/mappings.ts";
import { ifMapping } from "../values/optional.ts";
import { automlWord, automlWords } from "./automl-words.ts";

/** `auto` or a custom value, with its mode. The SDK sends zero and empty lists without a mode; see docs/parity.md. */
export function autoOrCustom(value: Value | undefined, field: "value" | "values"): Value | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === "auto") return { mode: "Auto" };
  return { mode: "Custom", [field]: field === "values" && !Array.isArray(value) ? [value] : value };
}

/** Minutes as an ISO 8601 duration. */
function minutes(value: Value | undefined): string | undefined {
  return typeof value === "number" || typeof value === "bigint" ? duration(Number(value) * 60) : undefined;
}

export function limitsToRest({ timeout_minutes, trial_timeout_minutes, ...rest }: Mapping, isTable: boolean): Mapping {
  return {
    ...camelKeys(rest),
    timeout: minutes(timeout_minutes),
    trialTimeout: minutes(trial_timeout_minutes),
    ...(isTable ? { sweepConcurrentTrials: 0, sweepTrials: 0 } : {}),
  };
}

export function featurizationToRest(featurization: Mapping): Mapping {
  const { blocked_transformers, column_name_and_types, transformer_params, ...rest } = featurization;
  const params = Object.entries(mappingOrEmpty(transformer_params));
  return {
    ...camelKeys(rest),
    blockedTransformers: automlWords(blocked_transformers),
    columnNameAndTypes: column_name_and_types,
    transformerParams: Object.fromEntries(params.map(([name, value]) => [pascal(name), value])),
  };
}

export function trainingSettingsToRest(training: Mapping): Mapping {
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
    allowedTrainingAlgorithms: automlWords(allowed_training_algorithms),
    blockedTrainingAlgorithms: automlWords(blocked_training_algorithms),
    trainingMode: automlWord(training_mode),
    ensembleModelDownloadTimeout: minutes(ensemble_model_download_timeout_minutes),
    stackEnsembleSettings: ifMapping(stack_ensemble_settings as Mapping | undefined, stackEnsembleToRest),
  };
}

function stackEnsembleToRest({ stack_meta_learner_type, ...rest }: Mapping): Mapping {
  return { ...camelKeys(rest), stackMetaLearnerType: automlWord(stack_meta_learner_type) };
}

export function forecastingToRest(forecasting: Mapping): Mapping {
  const { forecast_horizon, seasonality, target_rolling_window_size, target_lags, ...rest } = forecasting;
  const { time_series_id_column_names, features_unknown_at_forecast_time } = rest;
  const toList = (value: Value | undefined): Value | undefined => (typeof value === "string" ? [value] : value);
  return {
    ...camelKeys(rest),
    forecastHorizon: autoOrCustom(forecast_horizon, "value"),
    seasonality: autoOrCustom(seasonality, "value"),
    targetRollingWindowSize: autoOrCustom(target_rolling_window_size, "value"),
    targetLags: autoOrCustom(target_lags, "values"),
    timeSeriesIdColumnNames: toList(time_series_id_column_names),
    featuresUnknownAtForecastTime: toList(features_unknown_at_forecast_time),
  };
}

export function sweepSettingsToRest({ sampling_algorithm, early_termination }: Mapping): Mapping {
  return {
    samplingAlgorithm: sampling_algorithm,
    earlyTermination: isMapping(early_termination) ? policyToRest(early_termination as EarlyTermination) : undefined,
  };
}
