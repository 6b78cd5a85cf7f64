import { describe, expect, test } from "vitest";
import { loadJob } from "../../../../../shared/core/job/load-job.ts";

const command = { command: "echo", environment: "azureml:e:1" };

function issuesOf(distribution: object) {
  return loadJob({ ...command, distribution }).issues;
}

describe("a mapping without its type", () => {
  test.each([
    [{ framework: "pytorch" }, "framework"],
    [{ distribution_type: "PyTorch", process_count_per_instance: 2 }, "distribution_type"],
    [{ kind: "ray", port: 1 }, "kind"],
  ])("%j has it under another key", (distribution, key) => {
    expect(issuesOf(distribution)).toEqual([
      expect.objectContaining({
        code: "unknown_field",
        message: `distribution.${key} is not a field here; did you mean type?`,
        suggestion: [{ op: "move", from: `/distribution/${key}`, path: "/distribution/type" }],
      }),
    ]);
  });

  test("has the issues of its other fields as well", () => {
    expect(issuesOf({ framework: "mpi", port: 1 })?.map(({ pointer }) => pointer)).toEqual([
      "/distribution/port",
      "/distribution/framework",
    ]);
  });

  test.each([
    [{ pytorch: { process_count_per_instance: 2 } }, { type: "pytorch", process_count_per_instance: 2 }],
    [{ mpi: 2 }, { type: "mpi", process_count_per_instance: 2 }],
    [
      { tensorflow: null, worker_count: 2 },
      { type: "tensorflow", worker_count: 2 },
    ],
    [{ ray: [1] }, undefined],
  ])("%j has it as a key", (distribution, value) => {
    const [name = ""] = Object.keys(distribution);
    const issues = issuesOf(distribution);
    expect(issues).toEqual([expect.objectContaining({ code: "unknown_field", pointer: `/distribution/${name}` })]);
    expect(issues?.[0]?.message).toContain(`write type: ${name}`);
    expect(issues?.[0]?.suggestion).toEqual(
      value === undefined ? undefined : [{ op: "replace", path: "/distribution", value }],
    );
  });

  test.each([
    [{ process_count_per_instance: 2 }],
    [{ kind: "pytorch", framework: "mpi" }],
    [{ mpi: {}, ray: {} }],
    [{ kind: "other" }],
    [Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`x${index}`, "mpi"]))],
  ])("%j has no clear one", (distribution) => {
    expect(issuesOf(distribution)).toMatchObject([{ code: "missing_field", pointer: "/distribution/type" }]);
  });

  test("is recognized in a search space", () => {
    const sweep = {
      type: "sweep",
      trial: command,
      objective: { goal: "minimize", primary_metric: "x" },
      limits: { max_total_trials: 4 },
      search_space: { size: { choice: [16, 32] } },
    };
    expect(loadJob(sweep).issues).toMatchObject([
      { suggestion: [{ op: "replace", path: "/search_space/size", value: { type: "choice", values: [16, 32] } }] },
    ]);
  });
});
