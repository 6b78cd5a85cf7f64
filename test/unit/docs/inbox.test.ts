import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { processJobFile } from "../../../shared/service/inbox/process-job-file.ts";
import { differs } from "../../support/http-examples.ts";
import { createWorld } from "../../support/memory/world.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/inbox.md"), "utf8");
const examples = Array.from(
  page.matchAll(
    /in `inbox\/(?<path>[^`]+)`\n\n```yaml\n(?<job>[^`]+)```\n\nhas the receipt\n\n```json\n(?<receipt>[^`]+)```/g,
  ),
  ({ groups }) => ({
    path: groups?.path ?? "",
    job: groups?.job ?? "",
    receipt: JSON.parse(groups?.receipt ?? "") as object,
  }),
);

test("docs/inbox.md has examples", () => {
  expect(examples.map(({ path }) => path)).toEqual(["iris/train.yml", "bad.yml"]);
});

test.each(examples)(
  "the receipt of $path has exactly the fields that docs/inbox.md shows",
  async ({ path, job, receipt }) => {
    const world = createWorld();
    const taken = await processJobFile(world, world.inbox.drop(path, job));
    const real = "receipt" in taken ? taken.receipt : {};
    expect(differs(receipt, real)).toBeUndefined();
    expect(Object.keys(real)).toEqual(Object.keys(receipt));
  },
);
