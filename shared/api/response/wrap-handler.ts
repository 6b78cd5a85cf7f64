/** What every HTTP function shares: who may call, errors as problems, headers of every answer. */
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { errorStatus } from "../../core/error-status.ts";
import { ServiceError } from "../../core/errors.ts";
import { outageLine } from "../../core/ports/outage.ts";
import { type ConcurrencyLimits, withSlot } from "../access/concurrency-limits.ts";
import { connectionOf } from "../access/connection.ts";
import { drainBody } from "../request/read-body.ts";
import { problemResponse } from "./problem-response.ts";

type Answer<C> = (request: HttpRequest, caller: C, context: InvocationContext) => Promise<HttpResponseInit>;

/** The budget that a call is made in; "unlimited" for health, and for calls that enter a budget by themselves. */
type Kind = keyof ConcurrencyLimits | "unlimited";

/** Wraps what answers a call of a caller `C`; `kind` is "calls" where it is not given. */
export type WrapHandler<C> = (answer: Answer<C>, kind?: Kind) => HttpHandler;

const longestPath = 300;

/**
 * Makes the wrapper of handlers. `admit` returns the caller, or throws, before anything else of a request is read: a rejected call takes no
 * place of a budget.
 */
export function createWrapHandler<C>(admit: (request: HttpRequest) => C, budgets: ConcurrencyLimits): WrapHandler<C> {
  return (answer, kind = "calls") =>
    async (request, context) => {
      const work = async () => {
        const caller = admit(request);
        if (kind === "unlimited") return answer(request, caller, context);
        return withSlot(budgets[kind], connectionOf(context.invocationId).closed, () =>
          answer(request, caller, context),
        );
      };
      const response = await attempt(work, request, context);
      void drainBody(request);
      const headers = {
        "x-ms-request-id": context.invocationId,
        ...lengthOf(response.body),
        ...(response.headers as Record<string, string> | undefined),
      };
      if (request.method !== "HEAD") return { ...response, headers };
      const { body: _body, ...head } = response;
      return { ...head, headers };
    };
}

/** An answer that streams has no length by itself. */
function lengthOf(body: unknown): Readonly<Record<string, string>> {
  return typeof body === "string" || body instanceof Uint8Array
    ? { "content-length": String(Buffer.byteLength(body)) }
    : {};
}

async function attempt(
  answer: () => Promise<HttpResponseInit>,
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  try {
    return await answer();
  } catch (error) {
    logRefusal(error, request, context);
    return problemResponse(error, context.invocationId);
  }
}

/** One line, with what the caller did not get to see: the request, or what is behind an outage. Queries may hold keys and stay out. */
function logRefusal(error: unknown, { method, url }: HttpRequest, context: InvocationContext): void {
  const what = `${method} ${URL.parse(url)?.pathname.slice(0, longestPath) ?? ""}`;
  if (!(error instanceof ServiceError)) {
    context.error(`${what} failed:`, error);
    return;
  }
  const answer = `${what} is refused: ${errorStatus[error.code]} ${error.code}`;
  if (errorStatus[error.code] >= 500) context.warn(`${answer}: ${outageLine(error)}`);
  else context.log(answer);
}
