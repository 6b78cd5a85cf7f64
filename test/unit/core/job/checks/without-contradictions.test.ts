import { expect, test } from "vitest";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";

const sweep = {
  type: "sweep",
  trial: { command: "echo", environment: "azureml:e:1" },
  objective: { goal: "minimize", primary_metric: "x" },
  limits: { max_total_trials: 4 },
};
const parameters = { lr: { type: "uniform", min_value: 0, max_value: 1 } };

test("the parameters of a sweep job have one answer, which names the search space", () => {
  expect(loadJob({ ...sweep, parameters })).toMatchObject({
    issues: [{ message: "parameters is not a field here; did you mean search_space?" }],
    warnings: [],
  });
});

test("other fields that are ignored keep their warning", () => {
  expect(loadJob({ ...sweep, parameters, status: "Failed" }).warnings).toMatchObject([
    { code: "read_only", pointer: "/status" },
  ]);
});
