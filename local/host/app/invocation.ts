/** Runs one function once, with its hooks, its log lines and its time limit. */
import { randomBytes, randomUUID } from "node:crypto";
import { defined } from "../../../shared/lib/defined.ts";
import type { HostLog } from "../host-log.ts";
import { triggerOf } from "./bindings.ts";
import type {
  CoreInvocationContext,
  HookContext,
  InvocationRequest,
  InvocationResponse,
  RegisteredFunction,
  RetryContext,
  TypedData,
} from "./core-types.ts";
import type { FunctionsCore } from "./functions-core.ts";

/** Input of a function from its trigger. */
export interface TriggerInput {
  readonly data: TypedData;
  readonly metadata: Readonly<Record<string, TypedData>>;
  /** Reason for the log, with the wording of the real host. */
  readonly reason: string;
  /** Logs successful runs at level debug, because a timer of two seconds would fill the log. */
  readonly logAsDebug?: boolean;
  /** W3C trace context of the caller. */
  readonly traceParent?: string;
  readonly traceState?: string;
  /** Called with the id of each invocation before it starts. */
  readonly onStart?: (invocationId: string) => void;
}

export interface InvocationResult extends InvocationResponse {
  /** False when the function returned nothing. */
  readonly returned: boolean;
}

export interface InvocationPorts {
  readonly core: FunctionsCore;
  readonly log: HostLog;
  /** Time limit of a function; Infinity for none. */
  readonly timeoutMs: number;
  /** Writes the output bindings after the function; a failure fails the invocation. */
  writeOutputs?(response: InvocationResponse): Promise<void>;
}

/**
 * Thrown when a function exceeds `functionTimeout`. The real host then kills its worker with all its invocations; here
 * the function continues.
 */
class FunctionTimeoutError extends Error {
  override readonly name = "FunctionTimeoutError";
}

/** Last error of each failing function, so that a timer logs the stack of a repeated error only once. */
const lastErrors = new WeakMap<RegisteredFunction, string>();

/** Runs `fn` once. @throws the error of the function, a hook, the conversion of its result or an output binding. */
export async function invokeOnce(
  ports: InvocationPorts,
  fn: RegisteredFunction,
  input: TriggerInput,
  retryContext?: RetryContext,
): Promise<InvocationResult> {
  const { log } = ports;
  const invocationId = randomUUID();
  const startedAt = performance.now();
  const category = `Function.${fn.name}`;
  const level = input.logAsDebug === true ? "debug" : "information";
  const executed = (outcome: string) => {
    const durationMs = Math.round(performance.now() - startedAt);
    return `Executed 'Functions.${fn.name}' (${outcome}, Id=${invocationId}, Duration=${durationMs}ms)`;
  };
  log(level, category, `Executing 'Functions.${fn.name}' (Reason='${input.reason}', Id=${invocationId})`);
  try {
    input.onStart?.(invocationId);
    const invocation = invoke(ports, fn, createRequest(fn, input, invocationId, retryContext));
    const result = await withTimeout(invocation, ports.timeoutMs, fn.name);
    await ports.writeOutputs?.(result);
    log(level, category, executed("Succeeded"));
    lastErrors.delete(fn);
    return result;
  } catch (error) {
    const isRepeated = input.logAsDebug === true && lastErrors.get(fn) === String(error);
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log("error", category, `${executed("Failed")}${isRepeated ? ` As before: ${String(error)}` : `\n${stack}`}`);
    lastErrors.set(fn, String(error));
    throw error;
  }
}

function createRequest(
  fn: RegisteredFunction,
  input: TriggerInput,
  invocationId: string,
  retryContext: RetryContext | undefined,
): InvocationRequest {
  return {
    invocationId,
    functionId: fn.functionId ?? fn.name,
    inputData: [{ name: triggerOf(fn).name, data: input.data }],
    triggerMetadata: input.metadata,
    traceContext: {
      traceParent: input.traceParent ?? `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-00`,
      ...defined({ traceState: input.traceState }),
      attributes: { ProcessId: String(process.pid), OperationName: fn.name },
    },
    ...defined({ retryContext }),
  };
}

/** The steps of an invocation, in the order of the real worker. */
async function invoke(
  { core, log }: InvocationPorts,
  fn: RegisteredFunction,
  request: InvocationRequest,
): Promise<InvocationResult> {
  const model = core.programmingModel();
  if (model === undefined) throw new Error("The app has no programming model: @azure/functions was not loaded.");
  let invocationContext: unknown;
  const coreContext: CoreInvocationContext = {
    invocationId: request.invocationId,
    request,
    metadata: { name: fn.name, bindings: fn.bindings },
    log: (level, category, message) => {
      const line = core.applyLogHooks({ level, category, message, invocationContext });
      log(line.level, category === "user" ? `Function.${fn.name}.User` : `Function.${fn.name}`, line.message);
    },
  };
  const invocation = await model.getInvocationModel(coreContext);
  const { context, inputs } = await invocation.getArguments();
  invocationContext = context;

  const shared = { hookData: {}, appHookData: core.appHookData, invocationContext: context };
  const before: HookContext = { ...shared, functionCallback: fn.callback, inputs };
  coreContext.state = "preInvocationHooks";
  await core.runHooks("preInvocation", before);

  coreContext.state = "invocation";
  const after: HookContext = { ...shared, inputs: before.inputs };
  try {
    after.result = await invocation.invokeFunction(
      context,
      before.inputs as unknown[],
      before.functionCallback as RegisteredFunction["callback"],
    );
  } catch (error) {
    after.error = error;
  }

  coreContext.state = "postInvocationHooks";
  await core.runHooks("postInvocation", after);
  if (after.error !== undefined && after.error !== null) throw after.error;
  const response = await invocation.getResponse(context, after.result);
  return { ...response, returned: after.result !== undefined && after.result !== null };
}

/** Node's longest timer; it fires longer ones at once. */
const longestTimerMs = 2 ** 31 - 1;

async function withTimeout<T>(work: Promise<T>, timeoutMs: number, name: string): Promise<T> {
  if (!Number.isFinite(timeoutMs)) return work;
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    const expire = () =>
      reject(
        new FunctionTimeoutError(`Timeout value of ${timeoutMs / 1000} s was exceeded by function: Functions.${name}`),
      );
    timer = setTimeout(expire, Math.min(timeoutMs, longestTimerMs));
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
