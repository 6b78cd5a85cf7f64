/** AutoML jobs, read back from their REST form. */

import { distributionParameters } from "../../../shared/backends/azureml/rest/fields/sweep-settings.ts";
import { snake, snakeFields } from "../../../shared/backends/azureml/rest/values/letter-case.ts";
import { mappingOrEmpty, withoutMissing } from "../../../shared/backends/azureml/rest/values/mappings.ts";
import { isMapping, type Mapping, mapValues, toFloat, type Value } from "../../../shared/core/yaml/value.ts";
import { inputFrom, numbersFrom, outputsFrom, policyFrom, queueFrom, resourcesFrom } from "./fields-from-rest.ts";
import { ofMapping, referenceFrom, secondsFrom, textAt } from "./values.ts";

export function automlFrom(job: Mapping, workspace: string): Mapping {
  return {
    environment_id: referenceFrom(job.environmentId, workspace),
    environment_variables: job.environmentVariables,
    outputs: outputsFrom(job.outputs),
    resources: ofMapping(job.resources, resourcesFrom),
    queue_settings: ofMapping(job.queueSettings, queueFrom),
    ...taskFrom(mappingOrEmpty(job.taskDetails), workspace),
  };
}

function taskFrom(details: Mapping, workspace: string): Mapping {
  const {
    modelSettings,
    fixedParameters,
    searchSpace,
    limitSettings,
    featurizationSettings,
    trainingSettings,
    forecastingSettings,
    sweepSettings,
    ...rest
  } = details;
  const { taskType, primaryMetric, logVerbosity, nCrossValidations, trainingData, validationData, testData, ...plain } =
    rest;
  const isTable = !/^(?:Image|Text)/.test(String(taskType));
  const table = (data: Value | undefined): Value | undefined =>
    isMapping(data) ? inputFrom(data, workspace) : undefined;
  return {
    ...snakeFields(plain),
    task: snake(String(taskType)),
    primary_metric: word(primaryMetric),
    log_verbosity: word(logVerbosity),
    training_data: table(trainingData),
    validation_data: table(validationData),
    test_data: table(testData),
    n_cross_validations: autoOr(nCrossValidations),
    limits: ofMapping(limitSettings, limits),
    featurization: ofMapping(featurizationSettings, (all) => (isTable ? featurization(all) : snakeFields(all))),
    training: ofMapping(trainingSettings, training),
    forecasting: ofMapping(forecastingSettings, forecasting),
    sweep: ofMapping(sweepSettings, sweep),
    training_parameters: ofMapping(modelSettings ?? fixedParameters, (all) =>
      mapValues(snakeFields(all), (value, name) => (words.includes(name) ? word(value) : value)),
    ),
    search_space: automlSpacesFrom(
      Array.isArray(searchSpace) ? searchSpace.map((space: Value) => snakeFields(mappingOrEmpty(space))) : undefined,
    ),
  };
}

const words = [
  "learning_rate_scheduler",
  "optimizer",
  "model_size",
  "validation_metric_type",
  "log_training_metrics",
  "log_validation_loss",
];

function word(value: Value | undefined): Value | undefined {
  return typeof value === "string" ? snake(value) : value;
}

function list(value: Value | undefined): Value | undefined {
  return Array.isArray(value) ? value.map((each: Value) => word(each) ?? null) : undefined;
}

function autoOr(value: Value | undefined): Value | undefined {
  if (!isMapping(value)) return value;
  return value.mode === "Auto" ? "auto" : (value.value ?? value.values);
}

function minutes(value: Value | undefined): number | undefined {
  const seconds = secondsFrom(value);
  return typeof seconds === "number" ? seconds / 60 : undefined;
}

function limits(settings: Mapping): Mapping {
  const {
    timeout,
    trial_timeout,
    sweep_trials: _trials,
    sweep_concurrent_trials: _concurrent,
    ...rest
  } = snakeFields(settings);
  return withoutMissing({ ...rest, timeout_minutes: minutes(timeout), trial_timeout_minutes: minutes(trial_timeout) });
}

function featurization(settings: Mapping): Mapping {
  const { blocked_transformers, transformer_params, ...rest } = snakeFields(settings);
  const params = Object.entries(mappingOrEmpty(transformer_params)).map(
    ([name, value]) => [snake(name), value] as const,
  );
  return withoutMissing({
    ...rest,
    blocked_transformers: list(blocked_transformers),
    transformer_params: params.length === 0 ? undefined : Object.fromEntries(params),
  });
}

function training(settings: Mapping): Mapping {
  const { ensemble_model_download_timeout, stack_ensemble_settings, training_mode, ...rest } = snakeFields(settings);
  return withoutMissing({
    ...rest,
    allowed_training_algorithms: list(rest.allowed_training_algorithms),
    blocked_training_algorithms: list(rest.blocked_training_algorithms),
    training_mode: word(training_mode),
    ensemble_model_download_timeout_minutes: minutes(ensemble_model_download_timeout),
    stack_ensemble_settings: ofMapping(stack_ensemble_settings, (all) =>
      mapValues(snakeFields(all), (value) => word(value)),
    ),
  });
}

function forecasting(settings: Mapping): Mapping {
  const { forecast_horizon, seasonality, target_lags, target_rolling_window_size, ...rest } = snakeFields(settings);
  const numbers = { forecast_horizon, seasonality, target_lags, target_rolling_window_size };
  return withoutMissing({ ...rest, ...mapValues(numbers, autoOr) });
}

function sweep({ samplingAlgorithm, earlyTermination }: Mapping): Mapping {
  return withoutMissing({
    sampling_algorithm: textAt(samplingAlgorithm)?.toLowerCase(),
    early_termination: ofMapping(earlyTermination, policyFrom),
  });
}

/** Search spaces whose parameters are texts: `choice('a','b')`, `uniform(0,1.0)`, or a single value. */
export function automlSpacesFrom(spaces: Value | undefined): Value | undefined {
  if (!Array.isArray(spaces)) return undefined;
  return spaces.map((space: Value) =>
    withoutMissing(mapValues(mappingOrEmpty(space), (text) => (typeof text === "string" ? spaceFrom(text) : text))),
  );
}

function spaceFrom(text: string): Value {
  const [, type = "", given = ""] = /^([a-z]+)\((.*)\)$/.exec(text) ?? [];
  if (type !== "choice" && !Object.hasOwn(distributionParameters, type)) return literal(text);
  const values = (given.match(/'[^']*'|[^,]+/g) ?? []).map(literal);
  return type === "choice" ? { type, values } : { type, ...numbersFrom(type, values) };
}

function literal(text: string): Value {
  if (text === "True" || text === "False") return text === "True";
  if (/^'.*'$/.test(text)) return text.slice(1, -1);
  return /^-?\d+$/.test(text) ? Number(text) : /^-?\d+\.\d+$/.test(text) ? toFloat(Number(text)) : text;
}
