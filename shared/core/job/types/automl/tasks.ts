/**
 * The tasks of automl jobs and nodes, and their fields.
 * @see azure/ai/ml/_schema/automl and _schema/pipeline/automl_node.py of the SDK
 */

import * as z from "zod/mini";
import { isMapping, type Mapping, type Value } from "../../../yaml/value.ts";
import { baseFields, readOnlyFields, service } from "../../fields/base-fields.ts";
import { bindable } from "../../fields/bindings.ts";
import { outputs, tableOf } from "../../fields/inputs-outputs.ts";
import { jobResources, queueFields, queueSettings, resourceFields, type Widen } from "../../fields/run-settings.ts";
import { byType, mapOf, oneOf } from "../../schema/containers.ts";
import { transformed } from "../../schema/custom.ts";
import {
  aboutCompute,
  aboutIdentity,
  aboutNodeType,
  aboutOutputs,
  aboutQueue,
  aboutResources,
  aboutServices,
  aboutTarget,
  aboutTestData,
  aboutTrainingData,
  aboutValidationData,
} from "../../schema/descriptions.ts";
import { enumOf, exact, type Spelling, snake } from "../../schema/enums.ts";
import { fields } from "../../schema/fields.ts";
import { text } from "../../schema/scalars.ts";
import { optional, required, type Schema } from "../../schema/schema.ts";
import { nodeCompute, nodeIdentity, nodeOutputs } from "../pipeline/nodes/node-fields.ts";
import { imageShape } from "./image.ts";
import { forecasting, tabularShape } from "./tabular.ts";
import { textLimits, textShape } from "./text.ts";

/** The fields of a job, or of a node of a pipeline, whose values may be bindings. */
type Place = "job" | "node";

type TaskShape = Readonly<Record<string, Schema<Value | undefined>>>;

interface Task {
  readonly shape: (place: Place, widen: Widen) => TaskShape;
  readonly metrics: readonly string[];
  /** The default metric of jobs, and of nodes unless `nodeMetric` differs. */
  readonly metric: string;
  readonly nodeMetric?: string;
  /** Sections that are added if omitted. */
  readonly defaults: Mapping;
  readonly ofTexts?: true;
}

const asIs: Widen = (type) => type;

const inClasses = [
  "auc_weighted",
  "accuracy",
  "norm_macro_recall",
  "average_precision_score_weighted",
  "precision_score_weighted",
];
const ofNumbers = [
  "spearman_correlation",
  "normalized_root_mean_squared_error",
  "r2_score",
  "normalized_mean_absolute_error",
];

const shared = [
  "random_forest",
  "extreme_random_trees",
  "light_gbm",
  "gradient_boosting",
  "decision_tree",
  "knn",
  "sgd",
];
const regressors = [...shared, "elastic_net", "lasso_lars", "xg_boost_regressor"];
const classifiers = [
  ...shared,
  ...[
    "logistic_regression",
    "multinomial_naive_bayes",
    "bernoulli_naive_bayes",
    "svm",
    "linear_svm",
    "xg_boost_classifier",
  ],
];
const forecasters = [
  ...regressors,
  ...[
    "auto_arima",
    "prophet",
    "naive",
    "seasonal_naive",
    "average",
    "seasonal_average",
    "exponential_smoothing",
    "arimax",
    "tcn_forecaster",
  ],
];

/** A table of a node: a mapping, or a text, which may be a binding. */
const nodeTable: Schema<Value | undefined> = oneOf<Value | undefined>(
  (value) => (isMapping(value) ? tableOf(bindable) : text),
  "a table or a text",
  [tableOf(bindable), text],
);

const table = (place: Place): Schema<Value | undefined> => (place === "job" ? tableOf(asIs) : nodeTable);

function tabular(
  models: readonly string[],
  own: (widen: Widen) => TaskShape = () => ({}),
): Pick<Task, "shape" | "defaults"> {
  return {
    shape: (place, widen) => ({
      ...tabularShape(models, widen, place === "job" ? { mode: "auto" } : {}),
      training_data: required(table(place), aboutTrainingData),
      test_data: optional(table(place), aboutTestData),
      ...own(widen),
    }),
    defaults: {},
  };
}

function image(model: "classification" | "detection"): Pick<Task, "shape" | "defaults"> {
  return {
    shape: (place, widen) => ({
      ...imageShape(model, widen),
      training_data: required(table(place), aboutTrainingData),
      test_data: optional(widen(tableOf(widen)), aboutTestData),
    }),
    defaults: { limits: {} },
  };
}

function texts(
  target: typeof text | ReturnType<typeof optional<typeof text>>,
): Pick<Task, "shape" | "defaults" | "ofTexts"> {
  return {
    shape: (place, widen) => ({
      ...textShape(widen),
      training_data: optional(table(place), aboutTrainingData),
      target_column_name: target,
    }),
    defaults: { limits: textLimits },
    ofTexts: true,
  };
}

const tasks: Readonly<Record<string, Task>> = {
  // In a node, the SDK does not apply the default of its schema, so the default of its class remains.
  classification: {
    ...tabular(classifiers, () => ({
      positive_label: optional(text, "Label that counts as positive in binary classification."),
    })),
    metrics: inClasses,
    metric: "auc_weighted",
    nodeMetric: "accuracy",
  },
  regression: { ...tabular(regressors), metrics: ofNumbers, metric: "normalized_root_mean_squared_error" },
  forecasting: {
    ...tabular(forecasters, (widen) => ({
      forecasting: optional(
        forecasting(widen),
        "Settings of the forecast: its horizon, its time column and its features.",
      ),
    })),
    metrics: ofNumbers,
    metric: "normalized_root_mean_squared_error",
  },
  image_classification: { ...image("classification"), metrics: inClasses, metric: "accuracy" },
  image_classification_multilabel: { ...image("classification"), metrics: [...inClasses, "iou"], metric: "iou" },
  image_object_detection: {
    ...image("detection"),
    metrics: ["mean_average_precision"],
    metric: "mean_average_precision",
  },
  image_instance_segmentation: {
    ...image("detection"),
    metrics: ["mean_average_precision"],
    metric: "mean_average_precision",
  },
  text_classification: { ...texts(required(text, aboutTarget)), metrics: inClasses, metric: "accuracy" },
  text_classification_multilabel: { ...texts(required(text, aboutTarget)), metrics: ["accuracy"], metric: "accuracy" },
  text_ner: { ...texts(optional(text, aboutTarget)), metrics: ["accuracy"], metric: "accuracy" },
};

/** Fields that all tasks share. */
function commonShape(place: Place): TaskShape {
  const own =
    place === "job"
      ? {
          outputs: optional(outputs, aboutOutputs),
          resources: optional(jobResources, aboutResources),
          queue_settings: optional(queueSettings, aboutQueue),
        }
      : {
          type: required(enumOf(["automl"]), aboutNodeType),
          compute: optional(nodeCompute, aboutCompute),
          identity: optional(nodeIdentity, aboutIdentity),
          services: optional(mapOf(bindable(service)), aboutServices),
          outputs: optional(nodeOutputs, aboutOutputs),
          resources: optional(fields(resourceFields(bindable)), aboutResources),
          queue_settings: optional(fields(queueFields(bindable)), aboutQueue),
        };
  return {
    ...baseFields,
    environment_id: optional(
      text,
      "Id of the environment that models are trained in; by default Azure ML chooses one.",
    ),
    environment_variables: optional(mapOf(text), "Environment variables of the training."),
    log_verbosity: optional(
      enumOf(["not_set", "debug", "info", "warning", "error", "critical"], snake),
      "Verbosity of the log.",
    ),
    validation_data: optional(table(place), aboutValidationData),
    ...own,
  };
}

function taskFields(name: string, task: Task, place: Place): Schema<Mapping> {
  const widen = place === "job" ? asIs : bindable;
  const given = fields(
    {
      ...commonShape(place),
      task: required(enumOf([name], snake), "Task that the best model is searched for."),
      primary_metric: optional(widen(enumOf(task.metrics, snake)), "Metric that models are compared by."),
      ...task.shape(place, widen),
    },
    place === "job"
      ? { readOnly: readOnlyFields.filter((field) => field !== "parameters"), ignored: ["type"], expected: "a job" }
      : { readOnly: readOnlyFields, expected: "a node" },
  );
  const isNode = place === "node";
  const defaults: Mapping = {
    ...(isNode && task.ofTexts === true ? {} : { log_verbosity: "info" }),
    primary_metric: isNode ? (task.nodeMetric ?? task.metric) : task.metric,
    ...task.defaults,
  };
  return transformed<Mapping, Mapping>(given, (automl) => ({ ...defaults, ...automl }));
}

/** A job or node whose fields depend on its task. */
function byTask(place: Place, spelled: Spelling): Schema<Mapping> {
  // Created on first use: the fields of each task are expensive, and most programs read few tasks.
  const types = Object.entries(tasks).map(([name, task]) => [name, z.lazy(() => taskFields(name, task, place))]);
  return byType<Mapping>(Object.fromEntries(types), spelled, "task");
}

/** In the SDK, the task of a job must be spelled exactly; that of a node may be in any supported spelling. */
export const automlJobFields = byTask("job", exact);
export const automlNodeFields = byTask("node", snake);
