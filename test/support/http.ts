/** Real requests and contexts of @azure/functions, like those of the host. */
import {
  HttpRequest,
  type HttpRequestInit,
  HttpResponse,
  type HttpResponseInit,
  InvocationContext,
} from "@azure/functions";

export interface RequestOptions {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A request; by default GET /api/jobs. */
export function request({
  method = "GET",
  url = "/api/jobs",
  headers = {},
  params = {},
  body,
}: RequestOptions = {}): HttpRequest {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const init: HttpRequestInit = {
    method,
    url: new URL(url, "http://localhost:7071").href,
    headers: { ...headers },
    params: { ...params },
  };
  return new HttpRequest(bytes === undefined ? init : { ...init, body: { bytes } });
}

export interface Logged {
  readonly level: string;
  readonly text: string;
}

/** A context that collects the log. */
export function context(): { readonly context: InvocationContext; readonly logged: Logged[] } {
  const logged: Logged[] = [];
  const logHandler = (level: string, ...args: unknown[]) =>
    void logged.push({ level, text: args.map(String).join(" ") });
  return { context: new InvocationContext({ invocationId: "invocation-1", functionName: "test", logHandler }), logged };
}

/** The response as the library sends it, which rejects invalid headers. */
export async function readResponse(
  answer: HttpResponseInit,
): Promise<{ readonly status: number; readonly headers: Headers; readonly text: string }> {
  const response = new HttpResponse(answer);
  return { status: response.status, headers: response.headers as Headers, text: await response.text() };
}
