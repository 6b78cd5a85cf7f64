import { describe, expect, test } from "vitest";
import { runOfEvent } from "../../../../shared/core/records/run-event.ts";

const data = {
  experimentId: "x",
  experimentName: "Default",
  runId: "iris",
  runType: null,
  runTags: "{}",
  runProperties: "{}",
  runStatus: "Running",
};

describe("an event is about a run", () => {
  test.each([
    {
      eventType: "Microsoft.MachineLearningServices.RunStatusChanged",
      subject: "experiments/x/runs/iris",
      data,
      dataVersion: "1.0",
    },
    { eventType: "Microsoft.MachineLearningServices.RunCompleted", data: { ...data, runStatus: "failed" } },
    {
      specversion: "1.0",
      type: "Microsoft.MachineLearningServices.RunStatusChanged",
      source: "/subscriptions/s",
      data,
    },
  ])("%j", (event) => {
    expect(runOfEvent(event)).toBe("iris");
  });

  test.each([
    undefined,
    null,
    "text",
    7,
    [],
    {},
    { eventType: "Microsoft.MachineLearningServices.ModelRegistered", data },
    { eventType: "Microsoft.MachineLearningServices.RunStatusChanged" },
    { eventType: "Microsoft.MachineLearningServices.RunStatusChanged", data: null },
    { eventType: "Microsoft.MachineLearningServices.RunStatusChanged", data: { runId: "../iris" } },
    { eventType: "Microsoft.MachineLearningServices.RunStatusChanged", data: { runId: 5 } },
    { eventType: 5, data },
  ])("and not %j", (event) => {
    expect(runOfEvent(event)).toBeUndefined();
  });
});
