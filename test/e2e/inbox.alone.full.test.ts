import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openInbox } from "../support/inbox-client.ts";
import { jobYaml } from "../support/job-client.ts";
import { send } from "../support/send.ts";
import { useService } from "../support/service-process.ts";
import { until } from "../support/until.ts";

const service = useService();
const files = 1000;
const limitMs = 120_000;

test(`writes receipts for ${files} files dropped at once within ${limitMs / 1000} s, one job each`, async () => {
  const inbox = openInbox(service().data);
  const count = join(service().data, "count");
  const names = Array.from({ length: files }, (_, index) => `folder-${index % 10}/drop-${index}.yml`);
  const began = performance.now();
  await Promise.all(names.map((name) => inbox.drop(name, jobYaml(`echo ${name} >> ${count}`))));
  const dropped = performance.now();
  // At long intervals, because a list of a thousand blobs loads storage.
  const everyMs = 2000;
  const receipts = await until(
    inbox.receipts,
    (there) => names.every((name) => there.has(`${name}.receipt.json`)),
    limitMs,
    everyMs,
  );
  const answered = performance.now();
  console.log(
    `${files} files: written in ${seconds(dropped - began)} s, all receipts after ${seconds(answered - began)} s.`,
  );
  expect(answered - began).toBeLessThan(limitMs);
  expect(receipts.size).toBe(files);

  const all = await inbox.allReceipts(names);
  expect(new Set(all.map(({ outcome }) => outcome))).toEqual(new Set(["accepted"]));
  expect(new Set(all.map(({ job }) => job?.name)).size).toBe(files);
  expect(await countOf()).toBe(files);
  await until(countCompleted, (completed) => completed === files, 400_000, everyMs);
  const ran = readFileSync(count, "utf8").trim().split("\n");
  expect([ran.length, new Set(ran)]).toEqual([files, new Set(names)]);
});

const seconds = (ms: number) => (ms / 1000).toFixed(1);

async function countOf(query = ""): Promise<number> {
  let count = 0;
  let path: string | undefined = `/api/jobs?maxpagesize=200${query}`;
  while (path !== undefined) {
    const page: { value: unknown[]; nextLink?: string } = (await send(service().url, `GET ${path}`)).json();
    count += page.value.length;
    path = page.nextLink === undefined ? undefined : page.nextLink.replace(service().url, "");
  }
  return count;
}

async function countCompleted(): Promise<number> {
  return countOf("&status=Completed");
}
