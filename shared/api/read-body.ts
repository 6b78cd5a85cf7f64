import type { HttpRequest } from "@azure/functions";
import { ServiceError } from "../core/errors.ts";

/** The bytes of a request. @throws ServiceError `empty_body`, `body_too_large`. */
export async function readBody(request: HttpRequest, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = (size: string) => new ServiceError("body_too_large", `The body has ${size} bytes; at most ${maxBytes} are taken.`);
  const announced = Number(request.headers.get("content-length") ?? "0");
  if (announced > maxBytes) throw tooLarge(String(announced));
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.byteLength > maxBytes) throw tooLarge(String(bytes.byteLength));
  if (bytes.byteLength === 0) throw new ServiceError("empty_body", "The body is empty; send a job as YAML or JSON.");
  return bytes;
}
