import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { differs, type HttpExample, readExamples } from "../support/http-examples.ts";
import { send, type TextResponse } from "../support/send.ts";
import { root, useService } from "../support/service-process.ts";
import { until } from "../support/until.ts";

const markdown = readFileSync(join(root, "docs/http-api.md"), "utf8");
const examples = readExamples(markdown);
const service = useService();

/** The difference between a response and its example in docs/http-api.md; undefined if there is none. */
function difference({ answer: shown }: HttpExample, real: TextResponse): string | undefined {
  if (real.status !== shown.status) return `status is ${real.status}, not ${shown.status}: ${real.text}`;
  for (const [name, value] of Object.entries(shown.headers)) {
    const other = differs(value, real.headers[name], `header ${name}`);
    if (other !== undefined) return other;
  }
  if (shown.body === undefined) return undefined;
  const isJson = real.headers["content-type"]?.includes("json") ?? false;
  return isJson ? differs(JSON.parse(shown.body), real.json()) : differs(shown.body.trim(), real.text.trim());
}

async function run(example: HttpExample): Promise<string | undefined> {
  const { method, path, headers, body } = example;
  const request = async () =>
    difference(
      example,
      await send(service().url, `${method} ${path}`, {
        headers,
        ...(body === undefined ? {} : { body: body.trimEnd() }),
      }),
    );
  // A read is repeated, because it may be too early. A change is sent once.
  if (method !== "GET") return request();
  let last: string | undefined;
  await until(
    async () => (last = await request()),
    (found) => found === undefined,
    20_000,
  ).catch(() => undefined);
  return last;
}

test.for(examples)("$title: $method $path returns the response of the page", async (example) => {
  expect(await run(example)).toBeUndefined();
});

test("documents every route of the app with an example", () => {
  const calls = [...markdown.matchAll(/^### (?<method>[A-Z]+) (?<path>\/\S+?)(?:\?\S*)?$/gm)].map(
    ({ groups }) => `${groups?.method} ${groups?.path}`,
  );
  const routes = readRoutes();
  expect(routes.filter((route) => !calls.includes(route))).toEqual([]);
  expect(new Set(examples.map(({ title }) => title)).size).toBe(new Set(calls).size + 1);
});

/** The routes that the triggers register, in the notation of the page. */
function readRoutes(): readonly string[] {
  const names = [...readFileSync(join(root, "functions/main.ts"), "utf8").matchAll(/"\.\/(?<file>[\w-]+\.ts)"/g)].map(
    ({ groups }) => groups?.file ?? "",
  );
  return names.flatMap((name) => {
    const source = readFileSync(join(root, "functions", name), "utf8");
    const methods = /methods: \[(?<list>[^\]]+)\]/.exec(source)?.groups?.list ?? "";
    const route = /route: "(?<route>[^"]+)"/.exec(source)?.groups?.route;
    if (route === undefined) return [];
    const shown = route
      .replace("log_files/{first}/{*rest}", "log_files/{log}")
      .replace("outputs/{first}/{*rest}", "outputs/{path}");
    return [...methods.matchAll(/[A-Z]+/g)]
      .filter(([method]) => method !== "HEAD")
      .map(([method]) => `${method} /${shown}`);
  });
}
