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

/** What a trigger hands over. */
export interface TriggerInput {
  readonly data: TypedData;
  readonly metadata: Readonly<Record<string, TypedData>>;
  /** For the log, as the real host words it. */
  readonly reason: string;
  /** Runs that go well are no news: a timer of two seconds would fill the log. They are logged at level Debug. */
  readonly logAsDebug?: boolean;
  /** W3C trace context of the caller. */
  readonly traceParent?: string;
  readonly traceState?: string;
  /** Called with the id of each run before it begins. */
  readonly onStart?: (invocationId: string) => void;
}

export interface InvocationResult extends InvocationResponse {
  /** False when the function returned nothing. */
  readonly returned: boolean;
}

export interface InvocationPorts {
  readonly core: FunctionsCore;
  readonly log: HostLog;
  /** Milliseconds that a function may take; Infinity is for ever. */
  readonly timeoutMs: number;
  /** Does what belongs to the run after the function: its outputs. */
  writeOutputs?(response: InvocationResponse): Promise<void>;
}

/** Thrown when a function takes longer than `functionTimeout`. The real host then ends its worker with all that runs in it; this one lets the function go on. */
class FunctionTimeoutError extends Error {
  override readonly name = "FunctionTimeoutError";
}

/** What a function that fails threw last: a timer that meets the same outage every two seconds prints its stack once. */
const lastFailures = new WeakMap<RegisteredFunction, string>();

/** Runs `fn` once. @throws what the function, a hook, the conversion of its result or an output throws. */
export async function invokeOnce(
  ports: InvocationPorts,
  fn: RegisteredFunction,
  value: TriggerInput,
  retryContext?: RetryContext,
): Promise<InvocationResult> {
  const { log } = ports;
  const invocationId = randomUUID();
  const started = performance.now();
  const category = `Function.${fn.name}`;
  const level = value.logAsDebug === true ? "debug" : "information";
  const ended = (outcome: string) =>
    `Executed 'Functions.${fn.name}' (${outcome}, Id=${invocationId}, Duration=${Math.round(performance.now() - started)}ms)`;
  log(level, category, `Executing 'Functions.${fn.name}' (Reason='${value.reason}', Id=${invocationId})`);
  try {
    value.onStart?.(invocationId);
    const outcome = await withTimeout(
      run(ports, fn, requestOf(fn, value, invocationId, retryContext)),
      ports.timeoutMs,
      fn.name,
    );
    await ports.writeOutputs?.(outcome);
    log(level, category, ended("Succeeded"));
    lastFailures.delete(fn);
    return outcome;
  } catch (error) {
    const isSameAgain = value.logAsDebug === true && lastFailures.get(fn) === String(error);
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log(
      "error",
      category,
      isSameAgain ? `${ended("Failed")} As before: ${String(error)}` : `${ended("Failed")}\n${trace}`,
    );
    lastFailures.set(fn, String(error));
    throw error;
  }
}

function requestOf(
  fn: RegisteredFunction,
  value: TriggerInput,
  invocationId: string,
  retryContext: RetryContext | undefined,
): InvocationRequest {
  return {
    invocationId,
    functionId: fn.functionId ?? fn.name,
    inputData: [{ name: triggerOf(fn).name, data: value.data }],
    triggerMetadata: value.metadata,
    traceContext: {
      traceParent: value.traceParent ?? `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-00`,
      ...defined({ traceState: value.traceState }),
      attributes: { ProcessId: String(process.pid), OperationName: fn.name },
    },
    ...defined({ retryContext }),
  };
}

/** The steps of the real worker, in its order. */
async function run(
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

/** Node fires a timer of more at once. */
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
