import { expect, test } from "vitest";
import { createConcurrencyLimits } from "../../../../shared/api/access/concurrency-limits.ts";
import { createWrapHandler } from "../../../../shared/api/response/wrap-handler.ts";
import { ServiceError } from "../../../../shared/core/errors.ts";
import { defined } from "../../../../shared/lib/defined.ts";
import { context, request } from "../../../support/http.ts";
import { until } from "../../../support/until.ts";

const respond = createWrapHandler(() => undefined, createConcurrencyLimits());
const post = (body: ReadableStream) =>
  new Request("http://localhost/api/jobs", { method: "POST", body, duplex: "half" }) as never;

/** A body of 100 parts that counts how many were asked for. */
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

const refusal = new ServiceError("body_too_large", "No.");
const refuseAfterFirstPart = respond(async (request) => {
  for await (const _ of request.body?.values({ preventCancel: true }) ?? []) throw refusal;
  return {};
});

test.each([
  ["a text", "ü", "2"],
  ["bytes", Buffer.from("abc"), "3"],
  ["nothing", undefined, undefined],
])("an answer of %s says how long it is, where it is not nothing", async (_what, body, length) => {
  const answer = await respond(async () => ({ ...defined({ body }) }))(request(), context().context);
  expect(new Headers((answer as { headers: Record<string, string> }).headers).get("content-length") ?? undefined).toBe(
    length,
  );
});

test("the answer goes out before the rest of a body that was begun is read, which then is, so that the answer arrives", async () => {
  const { body, pulled } = counted();
  expect(await refuseAfterFirstPart(post(body), context().context)).toMatchObject({ status: 413 });
  expect(pulled()).toBeLessThan(100);
  await until(pulled, (count) => count === 100);
});

test("a body that nobody began is left to the host", async () => {
  const { body, pulled } = counted();
  const refuse = respond(async () => {
    throw refusal;
  });
  expect(await refuse(post(body), context().context)).toMatchObject({ status: 413 });
  await new Promise(setImmediate);
  expect(pulled()).toBe(0);
});

test("a caller who goes while the rest is read does no harm", async () => {
  const { body, pulled } = counted((controller) => controller.error(new Error("cut")));
  expect(await refuseAfterFirstPart(post(body), context().context)).toMatchObject({ status: 413 });
  await until(pulled, (count) => count === 100);
  await new Promise(setImmediate);
});
