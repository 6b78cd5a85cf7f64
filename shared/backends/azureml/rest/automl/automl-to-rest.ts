import type { AutoMLJob } from "../../../../core/job/types/automl/job.ts";
import { isMapping, type Mapping, type Value } from "../../../../core/yaml/value.ts";
import { type AssetResolver, assetId, namedId } from "../asset-ids/asset-ids.ts";
import { dataUri, inputModes, outputsToRest, restWord } from "../fields/inputs-outputs.ts";
import { baseToRest, queueToRest, resourcesToRest } from "../fields/run-settings.ts";
import { camelKeys } from "../values/letter-case.ts";
import { ifDefined, ifMapping } from "../values/optional.ts";
import { automlCamelKeys, searchSpacesToRest, trainingParametersToRest } from "./automl-parameters.ts";
import { automlWord, isTabularTask } from "./automl-words.ts";
import {
  autoOrCustom,
  featurizationToRest,
  forecastingToRest,
  limitsToRest,
  sweepSettingsToRest,
  trainingSettingsToRest,
} from "./task-settings.ts";

/** Tasks that have only one metric, which is not sent. */
const tasksWithoutMetric: readonly string[] = ["text_classification_multilabel", "text_ner"];

/** The REST body of an AutoML job. @see AutoMLJob._to_rest_object, and its overrides for the ten tasks */
export function automlToRest({ fields }: AutoMLJob, assets: AssetResolver): Mapping {
  const { compute, environment_id, environment_variables, outputs = {}, resources, queue_settings } = fields;
  return {
    ...baseToRest(fields, "AutoML"),
    computeId: ifDefined(compute, (name) => namedId(name, "computes", assets)),
    environmentId: ifDefined(environment_id, (id) => assetId(id, "environments", assets)),
    environmentVariables: environment_variables,
    outputs: outputsToRest(outputs),
    resources: ifMapping(resources, resourcesToRest),
    queueSettings: ifMapping(queue_settings, queueToRest),
    taskDetails: taskToRest(fields, assets),
  };
}

function taskToRest(fields: Mapping, assets: AssetResolver): Mapping {
  const { task, primary_metric, search_space } = fields;
  const { limits, featurization, training, forecasting, sweep, training_parameters } = fields as Readonly<
    Record<string, Mapping | undefined>
  >;
  const name = String(task);
  const isTable = isTabularTask(task);
  return {
    taskType: automlWord(task),
    primaryMetric: tasksWithoutMetric.includes(name) ? undefined : automlWord(primary_metric),
    logVerbosity: automlWord(fields.log_verbosity),
    targetColumnName: name === "text_ner" ? undefined : fields.target_column_name,
    trainingData: tableToRest(fields.training_data, assets),
    validationData: tableToRest(fields.validation_data, assets),
    testData: isTable ? tableToRest(fields.test_data, assets) : undefined,
    validationDataSize: fields.validation_data_size,
    testDataSize: fields.test_data_size,
    weightColumnName: fields.weight_column_name,
    cvSplitColumnNames: fields.cv_split_column_names,
    nCrossValidations: autoOrCustom(fields.n_cross_validations, "value"),
    positiveLabel: fields.positive_label,
    limitSettings: ifMapping(limits, (all) => limitsToRest(all, isTable)),
    featurizationSettings: ifMapping(featurization, isTable ? featurizationToRest : camelKeys),
    trainingSettings: ifMapping(training, trainingSettingsToRest),
    forecastingSettings: ifMapping(forecasting, forecastingToRest),
    sweepSettings: ifMapping(sweep, sweepSettingsToRest),
    [name.startsWith("image_") ? "modelSettings" : "fixedParameters"]: ifMapping(
      training_parameters,
      trainingParametersToRest,
    ),
    searchSpace: Array.isArray(search_space) ? searchSpacesToRest(search_space).map(automlCamelKeys) : undefined,
  };
}

function tableToRest(value: Value | undefined, assets: AssetResolver): Mapping | undefined {
  return isMapping(value)
    ? { uri: dataUri(value, assets), mode: restWord(inputModes, value.mode), jobInputType: "mltable" }
    : undefined;
}
