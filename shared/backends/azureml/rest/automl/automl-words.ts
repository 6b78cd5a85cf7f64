/** Enum values of AutoML jobs in their REST form. */
import type { Value } from "../../../../core/yaml/value.ts";
import { restWord } from "../fields/inputs-outputs.ts";
import { pascal } from "../values/letter-case.ts";

/** Enum values whose REST form is not their PascalCase. */
const irregularValues: Readonly<Record<string, string>> = {
  auc_weighted: "AUCWeighted",
  iou: "IOU",
  text_ner: "TextNER",
  knn: "KNN",
  sgd: "SGD",
  svm: "SVM",
  linear_svm: "LinearSVM",
  light_gbm: "LightGBM",
  xg_boost_classifier: "XGBoostClassifier",
  xg_boost_regressor: "XGBoostRegressor",
  tcn_forecaster: "TCNForecaster",
};

/** The REST form of an enum value, e.g. `AUCWeighted` for `auc_weighted`; undefined for any other value. */
export function automlWord(value: Value | undefined): string | undefined {
  return typeof value === "string" ? (restWord(irregularValues, value) ?? pascal(value)) : undefined;
}

/** The REST forms of a list of enum values; undefined for any other value. */
export function automlWords(value: Value | undefined): Value | undefined {
  return Array.isArray(value) ? value.map((each: Value) => automlWord(each) ?? each) : undefined;
}

/** Whether a task is about tables, not about images or texts. */
export function isTabularTask(task: Value | undefined): boolean {
  return !/^(?:image|text)_/.test(String(task));
}
