import { expect, test } from "vitest";
import { createRespond } from "../../../shared/api/respond.ts";
import { ServiceError } from "../../../shared/core/errors.ts";
import { context, request } from "../../support/http.ts";

const respond = createRespond(() => undefined);
const post = (body: ReadableStream) => ({ ...request({ method: "POST" }), headers: new Headers(), body }) as never;

test.each([
  ["a text", "ü", "2"],
  ["bytes", Buffer.from("abc"), "3"],
  ["nothing", undefined, undefined],
])("an answer of %s says how long it is, where it is not nothing", async (_what, body, length) => {
  const answer = await respond(async () => ({ ...(body === undefined ? {} : { body }) }))(request(), context().context);
  expect(new Headers((answer as { headers: Record<string, string> }).headers).get("content-length") ?? undefined).toBe(length);
});

test("what a refused caller still sends is read before the answer goes out, so that the answer arrives", async () => {
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      pulled += 1;
      if (pulled === 100) controller.close();
      else controller.enqueue(new Uint8Array(1000));
    },
  });
  const refuse = respond(async () => {
    throw new ServiceError("unsupported_media_type", "No.");
  });
  expect(await refuse(post(body), context().context)).toMatchObject({ status: 415 });
  expect(pulled).toBe(100);
});

test("a caller who goes while the rest is read does no harm", async () => {
  const body = new ReadableStream({
    pull(controller) {
      controller.error(new Error("cut"));
    },
  });
  expect(await respond(async () => ({ status: 204 }))(post(body), context().context)).toMatchObject({ status: 204 });
});
