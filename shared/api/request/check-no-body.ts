import type { HttpRequest } from "@azure/functions";
import { isServiceError, ServiceError } from "../../core/errors.ts";
import { readBody } from "./read-body.ts";

/** Refuses what a call would not heed. @param instead says what to do. @throws ServiceError `invalid_request` for a body. */
export async function checkNoBody(request: HttpRequest, instead: string): Promise<void> {
  try {
    await readBody(request, 0);
  } catch (error) {
    if (isServiceError(error, "body_too_large"))
      throw new ServiceError("invalid_request", `This call takes no body. ${instead}`);
    if (!isServiceError(error, "empty_body")) throw error;
  }
}
