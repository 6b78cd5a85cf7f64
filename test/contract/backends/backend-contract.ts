import { describe, expect, test } from "vitest";
import { type Backend, type BackendJob, BackendRefusal } from "../../../shared/core/ports/backend-port.ts";
import type { Observation } from "../../../shared/core/records/messages.ts";
import { isTerminal } from "../../../shared/core/records/status.ts";
import { waitForEnd, waitForStatus } from "./observe-job.ts";

export interface BackendUnderTest {
  readonly backend: Backend;
  /** A new job that ends with this status by itself, or runs for a minute. */
  job(course: "succeeds" | "fails" | "lasts"): BackendJob;
}

/** Contract of every Backend. @param start returns one that is closed after the test. */
export function backendContract(name: string, start: () => Promise<BackendUnderTest>): void {
  describe(`the backend port: ${name}`, () => {
    test("ready succeeds", async () => {
      const { backend } = await start();
      await backend.ready();
    });

    test("a supported job has no issues", async () => {
      const { backend, job } = await start();
      expect(backend.unsupported(job("succeeds").job)).toEqual([]);
    });

    test("a job that succeeds becomes Completed, with its times and its log", async () => {
      const { backend, job } = await start();
      const submission = job("succeeds");
      await backend.submit(submission);
      const last = await waitForEnd(backend, submission);
      expect(last).toMatchObject({ status: "Completed", log_names: expect.arrayContaining([expect.any(String)]) });
      expect(Date.parse(last.started_at ?? "")).toBeLessThanOrEqual(Date.parse(last.finished_at ?? ""));
      expect(last.error).toBeUndefined();
    });

    test("a job that fails becomes Failed, with the reason", async () => {
      const { backend, job } = await start();
      const submission = job("fails");
      await backend.submit(submission);
      expect(await waitForEnd(backend, submission)).toMatchObject({
        status: "Failed",
        error: { code: expect.any(String), message: expect.any(String) },
      });
    });

    test("a repeated submission is the same job", async () => {
      const { backend, job } = await start();
      const submission = job("succeeds");
      const [first, second] = await Promise.all([backend.submit(submission), backend.submit(submission)]);
      expect([first.backend_id, isTerminal(first.status)]).toEqual([second.backend_id, false]);
      const last = await waitForEnd(backend, submission);
      expect(await backend.submit(submission)).toMatchObject({ status: "Completed", finished_at: last.finished_at });
    });

    test("another submission of the same name is refused and does not change the first", async () => {
      const { backend, job } = await start();
      const submission = job("succeeds");
      await backend.submit(submission);
      await expect(backend.submit({ ...submission, submission_id: "another" })).rejects.toBeInstanceOf(BackendRefusal);
      expect(await waitForEnd(backend, submission)).toMatchObject({ status: "Completed" });
    });

    test("revisions never decrease, and each newer status has a newer revision", async () => {
      const { backend, job } = await start();
      const submission = job("succeeds");
      const seen: Observation[] = [await backend.submit(submission)];
      await waitForEnd(backend, submission, (observation) => seen.push(observation));
      const revised = seen.flatMap(({ revision, status }) => (revision === undefined ? [] : [{ revision, status }]));
      const revisions = revised.map(({ revision }) => revision);
      expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
      expect(new Set(revised.map(({ revision, status }) => `${revision} ${status}`)).size).toBe(
        new Set(revisions).size,
      );
    });

    test("observe returns an observation for each job, in the order of the request", async () => {
      const { backend, job } = await start();
      const [known, unknown] = [job("succeeds"), job("succeeds")];
      await backend.submit(known);
      const answers = await backend.observe([unknown, known, { name: known.name, submission_id: "another" }]);
      expect(answers.map(({ name, observation }) => [name, observation === undefined])).toEqual([
        [unknown.name, true],
        [known.name, false],
        [known.name, true],
      ]);
      expect(await backend.observe([])).toEqual([]);
    });

    test("a running job that is canceled becomes Canceled", async () => {
      const { backend, job } = await start();
      const submission = job("lasts");
      await backend.submit(submission);
      await waitForStatus(backend, submission, "Running");
      await backend.cancel(submission);
      expect(await waitForEnd(backend, submission)).toMatchObject({
        status: "Canceled",
        finished_at: expect.any(String),
      });
    });

    test("a job that is canceled at once becomes Canceled", async () => {
      const { backend, job } = await start();
      const submission = job("lasts");
      await backend.submit(submission);
      await Promise.all([backend.cancel(submission), backend.cancel(submission)]);
      expect(await waitForEnd(backend, submission)).toMatchObject({ status: "Canceled" });
    });

    test("canceling an unknown, a foreign or a finished job succeeds and changes nothing", async () => {
      const { backend, job } = await start();
      const submission = job("succeeds");
      await backend.cancel(submission);
      await backend.submit(submission);
      await backend.cancel({ ...submission, submission_id: "another" });
      await waitForEnd(backend, submission);
      await backend.cancel(submission);
      expect(await waitForEnd(backend, submission)).toMatchObject({ status: "Completed" });
    });

    test("purging an unknown or a finished job succeeds, also twice", async () => {
      const { backend, job } = await start();
      const submission = job("succeeds");
      await backend.purge(submission);
      await backend.submit(submission);
      await waitForEnd(backend, submission);
      await backend.purge(submission);
      await backend.purge(submission);
    });
  });
}
