import type { HttpRequest } from "@azure/functions";
import { isServiceError, ServiceError } from "../../core/errors.ts";
import { readBody } from "./read-body.ts";

/**
 * Rejects a body on a request that does not use one.
 * @param alternative sentence with the request to send instead.
 * @throws ServiceError `invalid_request` for a body, and the other codes of `readBody`.
 */
export async function checkNoBody(request: HttpRequest, alternative: string): Promise<void> {
  try {
    await readBody(request, 0);
  } catch (error) {
    if (isServiceError(error, "body_too_large"))
      throw new ServiceError("invalid_request", `This request must not have a body. ${alternative}`);
    if (!isServiceError(error, "empty_body")) throw error;
  }
}
