import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isJobName } from "../../shared/core/records/job-names.ts";
import { findUnprintable } from "../../shared/core/yaml/printable.ts";
import { type JobDocument, json } from "../support/job-client.ts";
import { send } from "../support/send.ts";
import { useService } from "../support/service-process.ts";

const service = useService();
const submissions = 10_000;
const atOnce = 8;

/** Characters that reverse, combine or hide text, path traversals, line ends, and characters invalid in XML. */
const odd = fc.constantFrom(
  ..."\u202e \u200b e\u0301 é 😀 \r \n \u0000 \u0001 \u001b[31m \u0085 \u2028 \ufeff \ufffe \uffff".split(" "),
  ...".. . / \\ %2e%2e%2f %00 ' \" ? # & + CON.".split(" "),
  " ",
);
const text = fc.array(
  fc.oneof(
    odd,
    fc.constantFrom("a", "B", "7", "-", "_"),
    fc.string({ unit: "binary", maxLength: 3 }),
    fc.string({ maxLength: 300 }),
  ),
  {
    minLength: 1,
    maxLength: 6,
  },
);
const samples = fc.sample(
  text.map((parts) => parts.join("").toWellFormed()),
  submissions,
);

/** Uses the value as a job name or, in each thirtieth submission, as a text field of a job. */
async function submit(value: string, at: number): Promise<{ readonly status: number; readonly sent: string }> {
  const place =
    at % 30 === 0
      ? (["display_name", "experiment_name", "description", "tags"] as const)[at % 4]
      : at % 2 === 0
        ? "name"
        : "path";
  const fields =
    place === "tags" ? { tags: { [value]: value } } : place === undefined || place === "path" ? {} : { [place]: value };
  const line = place === "path" ? `PUT /api/jobs/${encodeURIComponent(value)}` : "POST /api/jobs";
  const { status } = await send(service().url, line, {
    headers: json,
    body: JSON.stringify({ command: "true", environment: "azureml:any@latest", ...fields }),
  });
  const isFine = place === "name" || place === "path" ? isJobName(value) : findUnprintable(value) === undefined;
  // A path traversal, or an empty name, is the path of another route or of none.
  const expected = isFine ? [200, 201, 409] : place === "path" ? [400, 404, 405] : [400];
  return { status: expected.includes(status) ? 0 : status, sent: JSON.stringify([place, value]) };
}

test(`A8: lists only valid names after ${submissions} submissions with special characters`, async () => {
  let next = 0;
  const wrong: unknown[] = [];
  const sender = async () => {
    for (let at = next++; at < samples.length; at = next++) {
      const answer = await submit(samples[at] ?? "", at);
      if (answer.status !== 0) wrong.push(answer);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
  expect(wrong).toEqual([]);

  const storage = BlobServiceClient.fromConnectionString(
    readFileSync(join(service().data, "connection-string"), "utf8"),
  );
  const names: string[] = [];
  for await (const { name } of storage.listContainers()) {
    for await (const blob of storage.getContainerClient(name).listBlobsFlat()) names.push(blob.name);
  }
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => findUnprintable(name) !== undefined)).toEqual([]);
  const jobs: string[] = [];
  for (let path: string | undefined = "/api/jobs?maxpagesize=200"; path !== undefined; ) {
    const page: { value: JobDocument[]; nextLink?: string } = (await send(service().url, `GET ${path}`)).json();
    jobs.push(...page.value.map(({ name }) => name));
    path = page.nextLink?.replace(service().url, "");
  }
  expect(jobs.length).toBeGreaterThan(20);
  expect(jobs.filter((name) => !isJobName(name))).toEqual([]);
});
