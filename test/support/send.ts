// Sends requests like curl: with the path unchanged and with any header.
import { request } from "node:http";

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface TextResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** @throws SyntaxError when the body is not JSON. */
  json<T = Record<string, unknown>>(): T;
}

const timeoutMs = 30_000;

/** @param line method and path, e.g. `GET /api/jobs`. */
export function send(base: string, line: string, { headers = {}, body }: SendOptions = {}): Promise<TextResponse> {
  const [method = "", path = ""] = line.split(/ (.*)/s);
  const { hostname, port } = new URL(base);
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname,
        port,
        method,
        path,
        agent: false,
        headers: { ...length, ...headers },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const names = Object.entries(response.headers).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.join(", ") : value,
          ]);
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(names),
            text,
            json: () => JSON.parse(text),
          });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
