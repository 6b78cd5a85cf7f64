/** What a request goes through. A module of its own, because what it imports is loaded when a call is first made. */
import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  decompressResponsePolicy,
  type PipelineRequest,
  type PipelineResponse,
  proxyPolicy,
  tracingPolicy,
  userAgentPolicy,
} from "@azure/core-rest-pipeline";
import { defined } from "../../../lib/defined.ts";
import { isLoopbackUrl } from "../../../lib/loopback.ts";
import { directAgent, proxyFor, sdkProxy, unusedProxy } from "../../../lib/proxy.ts";

export interface HttpRequest {
  readonly method: PipelineRequest["method"];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: NonNullable<PipelineRequest["body"]>;
  readonly signal: AbortSignal;
}

export type HttpResponse = PipelineResponse;

const client = createDefaultHttpClient();
const pipeline = createEmptyPipeline();
// None that repeats a request or follows a redirect: what may be repeated is for the caller to know.
for (const policy of [
  proxyPolicy(unusedProxy),
  decompressResponsePolicy(),
  userAgentPolicy({ userAgentPrefix: "jobgate" }),
  tracingPolicy(),
].filter((policy) => policy !== undefined)) {
  pipeline.addPolicy(policy);
}

/** Sends one request, once. The answer comes with its body unread. */
export function sendOnce({ method, url, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
  const proxy = proxyFor(url);
  const request = createPipelineRequest({
    method,
    url,
    headers: createHttpHeaders(headers),
    abortSignal: signal,
    allowInsecureConnection: isLoopbackUrl(url),
    streamResponseStatusCodes: new Set([Number.POSITIVE_INFINITY]),
    ...defined({ body }),
    ...(proxy === undefined ? {} : { proxySettings: sdkProxy(proxy) }),
  });
  // An agent of its own comes before any proxy; the constructor of requests leaves it out.
  if (proxy === undefined) request.agent = directAgent(url);
  return pipeline.sendRequest(client, request);
}
