import { describe, expect, test } from "vitest";
import { checkJob } from "../../../../shared/service/jobs/check-job.ts";
import { createWorld, jobYaml, submission } from "../../../support/memory/world.ts";

describe("a dry run", () => {
  test("passes what can be read, and says whether it could be submitted", () => {
    const world = createWorld();
    expect(checkJob(world, submission())).toMatchObject({ submittable: true, warnings: [] });
    const { submittable, warnings } = checkJob(world, submission({ name: "../x" }));
    expect({ submittable, blocks: warnings.map((warning) => warning.blocks_submission) }).toEqual({
      submittable: false,
      blocks: [true],
    });
  });

  test("gives the job the name of the URL and an experiment", () => {
    const { job } = checkJob(createWorld(), { ...submission({}, { name: "iris" }), source: jobYaml() });
    expect([job.name, job.experiment_name]).toEqual(["iris", "Default"]);
  });

  test("takes what this backend cannot run, and says that it could not be submitted", () => {
    const unsupported = [{ pointer: "/type", code: "unsupported_by_backend", message: "No such thing." }];
    const { submittable, warnings } = checkJob(createWorld({ unsupported }), submission());
    expect({ submittable, warnings }).toEqual({
      submittable: false,
      warnings: [{ ...unsupported[0], line: 1, column: 9, blocks_submission: true }],
    });
  });
});
