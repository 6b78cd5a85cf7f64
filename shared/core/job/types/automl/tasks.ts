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

/** Whether the fields are those of a job, or of a node of a pipeline, whose values may be bindings. */
type Host = "job" | "node";

type TaskShape = Readonly<Record<string, Schema<Value | undefined>>>;

interface Task {
  readonly shape: (host: Host, widen: Widen) => TaskShape;
  readonly metrics: readonly string[];
  /** The default metric of jobs, and of nodes unless `nodeMetric` differs. */
  readonly metric: string;
  readonly nodeMetric?: string;
  /** Sections that are added if omitted. */
  readonly defaults: Mapping;
  readonly ofTexts?: true;
}

const unchanged: Widen = (type) => type;

const classificationMetrics = [
  "auc_weighted",
  "accuracy",
  "norm_macro_recall",
  "average_precision_score_weighted",
  "precision_score_weighted",
];
const regressionMetrics = [
  "spearman_correlation",
  "normalized_root_mean_squared_error",
  "r2_score",
  "normalized_mean_absolute_error",
];

const sharedModels = [
  "random_forest",
  "extreme_random_trees",
  "light_gbm",
  "gradient_boosting",
  "decision_tree",
  "knn",
  "sgd",
];
const regressors = [...sharedModels, "elastic_net", "lasso_lars", "xg_boost_regressor"];
const classifiers = [
  ...sharedModels,
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

const table = (host: Host): Schema<Value | undefined> => (host === "job" ? tableOf(unchanged) : nodeTable);

function tabular(
  models: readonly string[],
  own: (widen: Widen) => TaskShape = () => ({}),
): Pick<Task, "shape" | "defaults"> {
  return {
    shape: (host, widen) => ({
      ...tabularShape(models, widen, host === "job" ? { mode: "auto" } : {}),
      training_data: required(table(host), aboutTrainingData),
      test_data: optional(table(host), aboutTestData),
      ...own(widen),
    }),
    defaults: {},
  };
}

function image(model: "classification" | "detection"): Pick<Task, "shape" | "defaults"> {
  return {
    shape: (host, widen) => ({
      ...imageShape(model, widen),
      training_data: required(table(host), aboutTrainingData),
      test_data: optional(widen(tableOf(widen)), aboutTestData),
    }),
    defaults: { limits: {} },
  };
}

function texts(
  target: typeof text | ReturnType<typeof optional<typeof text>>,
): Pick<Task, "shape" | "defaults" | "ofTexts"> {
  return {
    shape: (host, widen) => ({
      ...textShape(widen),
      training_data: optional(table(host), aboutTrainingData),
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
      positive_label: optional(text, "Label of the positive class in binary classification."),
    })),
    metrics: classificationMetrics,
    metric: "auc_weighted",
    nodeMetric: "accuracy",
  },
  regression: { ...tabular(regressors), metrics: regressionMetrics, metric: "normalized_root_mean_squared_error" },
  forecasting: {
    ...tabular(forecasters, (widen) => ({
      forecasting: optional(
        forecasting(widen),
        "Settings of the forecast: its horizon, its time column and its features.",
      ),
    })),
    metrics: regressionMetrics,
    metric: "normalized_root_mean_squared_error",
  },
  image_classification: { ...image("classification"), metrics: classificationMetrics, metric: "accuracy" },
  image_classification_multilabel: {
    ...image("classification"),
    metrics: [...classificationMetrics, "iou"],
    metric: "iou",
  },
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
  text_classification: { ...texts(required(text, aboutTarget)), metrics: classificationMetrics, metric: "accuracy" },
  text_classification_multilabel: { ...texts(required(text, aboutTarget)), metrics: ["accuracy"], metric: "accuracy" },
  text_ner: { ...texts(optional(text, aboutTarget)), metrics: ["accuracy"], metric: "accuracy" },
};

/** Fields that all tasks share. */
function commonShape(host: Host): TaskShape {
  const own =
    host === "job"
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
    log_verbosity: optional(enumOf(["not_set", "debug", "info", "warning", "error", "critical"], snake), "Log level."),
    validation_data: optional(table(host), aboutValidationData),
    ...own,
  };
}

function taskFields(name: string, task: Task, host: Host): Schema<Mapping> {
  const widen = host === "job" ? unchanged : bindable;
  const given = fields(
    {
      ...commonShape(host),
      task: required(enumOf([name], snake), "Task to find the best model for."),
      primary_metric: optional(widen(enumOf(task.metrics, snake)), "Metric that models are compared by."),
      ...task.shape(host, widen),
    },
    host === "job"
      ? { readOnly: readOnlyFields.filter((field) => field !== "parameters"), ignored: ["type"], expected: "a job" }
      : { ...nodeReadOnly, expected: "a node" },
  );
  const isNode = host === "node";
  const defaults: Mapping = {
    ...(isNode && task.ofTexts === true ? {} : { log_verbosity: "info" }),
    primary_metric: isNode ? (task.nodeMetric ?? task.metric) : task.metric,
    ...task.defaults,
  };
  return transformed<Mapping, Mapping>(given, (automl) => ({ ...defaults, ...automl }));
}

/** In a node, the SDK ignores these fields without a value too. */
const ignoredInNodes: readonly string[] = ["id", "status", "creation_context", "log_files"];
const nodeReadOnly = {
  readOnly: readOnlyFields.filter((field) => !ignoredInNodes.includes(field)),
  ignored: ignoredInNodes,
};

/** A job or node whose fields depend on its task. */
function byTask(host: Host, spelled: Spelling): Schema<Mapping> {
  // Created on first use, because building the schema of a task is slow, and most processes use few tasks.
  const types = Object.entries(tasks).map(([name, task]) => [name, z.lazy(() => taskFields(name, task, host))]);
  return byType<Mapping>(Object.fromEntries(types), spelled, "task");
}

/** In the SDK, the task of a job must be spelled exactly; that of a node may be in any supported spelling. */
export const automlJobFields = byTask("job", exact);
export const automlNodeFields = byTask("node", snake);
