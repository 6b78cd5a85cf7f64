/** Real requests and contexts of @azure/functions, as the host would make them. */
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

/** A GET of the list, unless told otherwise. */
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

/** A context that keeps what is logged. */
export function context(): { readonly context: InvocationContext; readonly logged: Logged[] } {
  const logged: Logged[] = [];
  const logHandler = (level: string, ...args: unknown[]) =>
    void logged.push({ level, text: args.map(String).join(" ") });
  return { context: new InvocationContext({ invocationId: "invocation-1", functionName: "test", logHandler }), logged };
}

/** The answer as the library sends it, which refuses headers that no HTTP message can have. */
export async function readResponse(
  answer: HttpResponseInit,
): Promise<{ readonly status: number; readonly headers: Headers; readonly text: string }> {
  const response = new HttpResponse(answer);
  return { status: response.status, headers: response.headers as Headers, text: await response.text() };
}
