/**
 * The HTTP client. It is a separate module, so that the Azure SDK's pipeline is loaded only by the first call.
 */
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
// There is no policy for retries or redirects, because only the caller can decide which requests may be repeated.
for (const policy of [
  proxyPolicy(unusedProxy),
  decompressResponsePolicy(),
  userAgentPolicy({ userAgentPrefix: "jobgate" }),
  tracingPolicy(),
].filter((policy) => policy !== undefined)) {
  pipeline.addPolicy(policy);
}

/** Sends a request once; the body of its response is not read yet. */
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
    ...defined({ proxySettings: proxy && sdkProxy(proxy) }),
  });
  // The constructor of requests ignores `agent`. An agent takes precedence over any proxy.
  if (proxy === undefined) request.agent = directAgent(url);
  return pipeline.sendRequest(client, request);
}
