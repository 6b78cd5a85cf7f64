import { expect, test } from "vitest";
import { checkNoBody } from "../../../../shared/api/request/check-no-body.ts";
import { request } from "../../../support/http.ts";

const post = (body?: string) =>
  request({
    method: "POST",
    ...(body === undefined ? {} : { body, headers: { "content-length": String(body.length) } }),
  });

test("a call without a body, or with an empty one, is let through", async () => {
  await checkNoBody(post(), "");
  await checkNoBody(post(""), "");
  await checkNoBody(request({ method: "POST", headers: { "transfer-encoding": "chunked" } }), "");
});

test("a body is refused, announced or not, with what to do instead", async () => {
  const refusal = { code: "invalid_request", message: "This call takes no body. Send it elsewhere." };
  await expect(checkNoBody(post("{}"), "Send it elsewhere.")).rejects.toMatchObject(refusal);
  await expect(checkNoBody(request({ method: "POST", body: "x" }), "Send it elsewhere.")).rejects.toMatchObject(
    refusal,
  );
});
