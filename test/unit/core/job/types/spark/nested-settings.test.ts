import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../../shared/core/job/load-job.ts";

const flat = {
  "spark.driver.cores": 1,
  "spark.driver.memory": "2g",
  "spark.executor.cores": 1,
  "spark.executor.memory": "2g",
  "spark.executor.instances": 1,
};
const driver = { cores: 1, memory: "2g" };
const executor = { cores: 1, memory: "2g", instances: 1 };

function warningsOf(conf: object) {
  const resources = { instance_type: "standard_e4s_v3", runtime_version: "3.4" };
  const { warnings } = loadJob({ type: "spark", code: "azureml:c:1", entry: { file: "a.py" }, resources, conf });
  return warnings.filter(({ pointer }) => pointer.startsWith("/conf"));
}

describe("settings of spark in mappings", () => {
  test.each([
    [{ spark: { driver, executor } }, "/conf/spark"],
    [{ driver, executor }, "/conf/driver"],
    [{ "spark.driver": driver, "spark.executor": executor }, "/conf/spark.driver"],
  ])("%j are suggested with dots", (conf, pointer) => {
    expect(warningsOf(conf)).toEqual([
      expect.objectContaining({
        pointer,
        blocks_submission: true,
        message: expect.stringContaining("write the names of settings with dots: spark.driver.cores."),
        suggestion: [{ op: "replace", path: "/conf", value: flat }],
      }),
    ]);
  });

  test("are reported beside the settings that are missing", () => {
    expect(warningsOf({ spark: { driver } }).map(({ message }) => message)).toEqual([
      expect.stringContaining("conf.spark is a mapping"),
      expect.stringContaining("conf is missing spark.executor.cores"),
    ]);
  });

  test("are accepted if all needed settings are there", () => {
    expect(warningsOf({ ...flat, other: { cores: 1 } })).toEqual([]);
  });
});
