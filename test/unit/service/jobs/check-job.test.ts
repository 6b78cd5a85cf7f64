import { describe, expect, test } from "vitest";
import { checkJob } from "../../../../shared/service/jobs/check-job.ts";
import { createWorld, jobYaml, submission } from "../../../support/memory/world.ts";

describe("a dry run", () => {
  test("accepts a valid job and reports whether it can be submitted", () => {
    const world = createWorld();
    expect(checkJob(world, submission())).toMatchObject({ submittable: true, warnings: [] });
    const { submittable, warnings } = checkJob(world, submission({ name: "../x" }));
    expect({ submittable, blocks: warnings.map((warning) => warning.blocks_submission) }).toEqual({
      submittable: false,
      blocks: [true],
    });
  });

  test("sets the name from the URL and the default experiment", () => {
    const { job } = checkJob(createWorld(), { ...submission({}, { name: "iris" }), source: jobYaml() });
    expect([job.name, job.experiment_name]).toEqual(["iris", "Default"]);
  });

  test("accepts a job that this backend cannot run, and reports that it cannot be submitted", () => {
    const unsupported = [{ pointer: "/type", code: "unsupported_by_backend", message: "No such thing." }];
    const { submittable, warnings } = checkJob(createWorld({ unsupported }), submission());
    expect({ submittable, warnings }).toEqual({
      submittable: false,
      warnings: [{ ...unsupported[0], line: 1, column: 9, blocks_submission: true }],
    });
  });
});
