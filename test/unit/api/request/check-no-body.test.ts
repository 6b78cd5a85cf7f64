import { expect, test } from "vitest";
import { checkNoBody } from "../../../../shared/api/request/check-no-body.ts";
import { request } from "../../../support/http.ts";

const post = (body?: string) =>
  request({
    method: "POST",
    ...(body === undefined ? {} : { body, headers: { "content-length": String(body.length) } }),
  });

test("accepts a request without a body or with an empty one", async () => {
  await checkNoBody(post(), "");
  await checkNoBody(post(""), "");
  await checkNoBody(request({ method: "POST", headers: { "transfer-encoding": "chunked" } }), "");
});

test("rejects a body, with and without a Content-Length, and describes the alternative", async () => {
  const error = { code: "invalid_request", message: "This request must not have a body. Send it elsewhere." };
  await expect(checkNoBody(post("{}"), "Send it elsewhere.")).rejects.toMatchObject(error);
  await expect(checkNoBody(request({ method: "POST", body: "x" }), "Send it elsewhere.")).rejects.toMatchObject(error);
});
