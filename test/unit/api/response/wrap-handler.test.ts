import { expect, test } from "vitest";
import { createConcurrencyLimits } from "../../../../shared/api/access/concurrency-limits.ts";
import { createWrapHandler } from "../../../../shared/api/response/wrap-handler.ts";
import { ServiceError } from "../../../../shared/core/errors.ts";
import { defined } from "../../../../shared/lib/defined.ts";
import { context, request } from "../../../support/http.ts";
import { until } from "../../../support/until.ts";

const wrap = createWrapHandler(() => undefined, createConcurrencyLimits());
const post = (body: ReadableStream) =>
  new Request("http://localhost/api/jobs", { method: "POST", body, duplex: "half" }) as never;

/** A body of 100 chunks that counts the requested ones. */
function counted(end = (controller: ReadableStreamDefaultController) => controller.close()): {
  readonly body: ReadableStream;
  pulled(): number;
} {
  let pulled = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1000));
        if (pulled === 100) end(controller);
      },
    },
    { highWaterMark: 0 },
  );
  return { body, pulled: () => pulled };
}

const tooLarge = new ServiceError("body_too_large", "No.");
const rejectAfterFirstChunk = wrap(async (request) => {
  for await (const _ of request.body?.values({ preventCancel: true }) ?? []) throw tooLarge;
  return {};
});

test.each([
  ["text", "ü", "2"],
  ["bytes", Buffer.from("abc"), "3"],
  ["no body", undefined, undefined],
])("sets the Content-Length of a response with %s", async (_what, body, length) => {
  const answer = await wrap(async () => ({ ...defined({ body }) }))(request(), context().context);
  expect(new Headers((answer as { headers: Record<string, string> }).headers).get("content-length") ?? undefined).toBe(
    length,
  );
});

test("responds before the rest of a partly read body arrives, and then drains it", async () => {
  const { body, pulled } = counted();
  expect(await rejectAfterFirstChunk(post(body), context().context)).toMatchObject({ status: 413 });
  expect(pulled()).toBeLessThan(100);
  await until(pulled, (count) => count === 100);
});

test("does not drain a body that was not read at all", async () => {
  const { body, pulled } = counted();
  const reject = wrap(async () => {
    throw tooLarge;
  });
  expect(await reject(post(body), context().context)).toMatchObject({ status: 413 });
  await new Promise(setImmediate);
  expect(pulled()).toBe(0);
});

test("ignores a client that disconnects while its body is drained", async () => {
  const { body, pulled } = counted((controller) => controller.error(new Error("cut")));
  expect(await rejectAfterFirstChunk(post(body), context().context)).toMatchObject({ status: 413 });
  await until(pulled, (count) => count === 100);
  await new Promise(setImmediate);
});
