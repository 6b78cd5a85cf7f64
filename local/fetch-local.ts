import { Agent, request } from "node:http";

export interface LocalRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly timeoutMs: number;
}

export interface LocalResponse {
  readonly status: number;
  readonly text: string;
}

/** Never uses a proxy, unlike Node's `fetch`, which uses one with NODE_USE_ENV_PROXY. */
const agent = new Agent();

/**
 * Sends one HTTP request to a server on this machine, without a proxy.
 * @throws the system's error, or after `timeoutMs`.
 */
export function fetchLocal(
  url: string,
  { method = "GET", headers = {}, body, timeoutMs }: LocalRequest,
): Promise<LocalResponse> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
      );
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
