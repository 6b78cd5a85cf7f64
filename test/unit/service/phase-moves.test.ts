/** Histories of jobs: the operations make exactly the moves of the table of phases. */
import { expect, test } from "vitest";

import type { DispatchMessage } from "../../../shared/core/records/messages.ts";
import { cancelJob } from "../../../shared/service/jobs/cancel-job.ts";
import { deleteJob } from "../../../shared/service/jobs/delete-job.ts";
import { submitJob } from "../../../shared/service/jobs/submit-job.ts";
import { dispatchJob } from "../../../shared/service/lifecycle/dispatch-job.ts";
import { handlePoisonDispatch } from "../../../shared/service/lifecycle/dispatch-job-poison.ts";
import { jobReader } from "../../support/job-reader.ts";
import { deliverAll, passTime } from "../../support/memory/pass-time.ts";
import { allowedMoves, watchPhases } from "../../support/memory/watch-phases.ts";
import { createWorld, submission, type World } from "../../support/memory/world.ts";
import { newRecord } from "../../support/new-record.ts";

const newJob = () => jobReader.jobOf(newRecord());
const message = (world: World) => world.queues.dispatches[0] as DispatchMessage;

/** The events of a job after its submission, and its moves in order. */
const histories: Readonly<
  Record<string, readonly [happens: (world: World) => Promise<unknown>, moves: readonly string[]]>
> = {
  "runs to its end and is deleted": [
    async (world) => {
      await deliverAll(world);
      world.backend.say("iris", { status: "Completed" });
      await passTime(world, 1);
      await deleteJob(world, "iris");
    },
    ["accepted -> claimed", "claimed -> dispatched", "dispatched -> finished", "finished -> deleting"],
  ],
  "is canceled before its dispatch": [(world) => cancelJob(world, "iris"), ["accepted -> finished"]],
  "is refused by the backend": [
    async (world) => {
      world.backend.plan("submit", { kind: "refused", code: "quota" });
      await deliverAll(world);
    },
    ["accepted -> claimed", "claimed -> finished"],
  ],
  "is canceled at the backend": [
    async (world) => {
      await deliverAll(world);
      await cancelJob(world, "iris");
      await passTime(world, 1);
    },
    [
      "accepted -> claimed",
      "claimed -> dispatched",
      "dispatched -> cancelingDispatched",
      "cancelingDispatched -> finished",
    ],
  ],
  "is canceled while the backend is away": [
    async (world) => {
      world.backend.plan("submit", { kind: "unreachable" });
      await dispatchJob(world, message(world));
      await cancelJob(world, "iris");
      await passTime(world, 3);
    },
    ["accepted -> claimed", "claimed -> cancelingClaimed", "cancelingClaimed -> finished"],
  ],
  "is canceled after the answer to its submission was lost": [
    async (world) => {
      world.backend.plan("submit", { kind: "lost" });
      await dispatchJob(world, message(world));
      await cancelJob(world, "iris");
      await dispatchJob(world, message(world));
    },
    ["accepted -> claimed", "claimed -> cancelingClaimed", "cancelingClaimed -> cancelingDispatched"],
  ],
  "is found at the backend after storage lost its claim": [
    async (world) => {
      const { name, submission_id } = message(world);
      await world.backend.submit({ name, submission_id, experiment_name: "Default", job: newJob() });
      await handlePoisonDispatch(world, message(world));
    },
    ["accepted -> dispatched"],
  ],
};

test.each(Object.entries(histories))(
  "a job that %s moves through its phases in order",
  async (_history, [happens, moves]) => {
    const world = createWorld();
    const seen = watchPhases(world);
    await submitJob(world, submission());
    await happens(world);
    expect([...seen]).toEqual(moves);
  },
);

test("these histories contain every move of the table, and no other", () => {
  const made = new Set(Object.values(histories).flatMap(([, moves]) => moves));
  expect(made).toEqual(new Set<string>(allowedMoves));
});
