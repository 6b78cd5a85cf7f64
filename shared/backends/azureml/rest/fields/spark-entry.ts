import type { SparkEntry } from "../../../../core/job/types/spark/spark-settings.ts";
import type { Mapping } from "../../../../core/yaml/value.ts";

export function sparkEntryToRest(entry: SparkEntry): Mapping {
  if ("file" in entry) return { file: entry.file, sparkJobEntryType: "SparkJobPythonEntry" };
  return { className: entry.class_name, sparkJobEntryType: "SparkJobScalaEntry" };
}
