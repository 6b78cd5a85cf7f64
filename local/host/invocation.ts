/** Runs one function once, with its hooks, its log lines and its time limit. */
import { randomBytes, randomUUID } from "node:crypto";
import type {
  CoreInvocationContext,
  HookContext,
  InvocationResponse,
  LogCategory,
  LogLevel,
  RegisteredFunction,
  RetryContext,
  TypedData,
} from "./core-types.ts";
import type { FunctionsCore } from "./functions-core.ts";
import type { HostLog } from "./host-log.ts";

/** What a trigger hands over. */
export interface TriggerValue {
  readonly data: TypedData;
  readonly metadata: Readonly<Record<string, TypedData>>;
  /** For the log, as the real host words it. */
  readonly reason: string;
  readonly traceParent?: string;
  readonly traceState?: string;
  /** Called with the number of the invocation before it runs. */
  readonly onStart?: (invocationId: string) => void;
}

export interface InvocationPorts {
  readonly core: FunctionsCore;
  readonly log: HostLog;
  /** Milliseconds that a function may take; undefined is for ever. */
  readonly timeoutMs: number | undefined;
}

/** Thrown when a function takes longer than `functionTimeout`. The real host then restarts its worker; this one goes on. */
export class FunctionTimeoutError extends Error {
  override readonly name = "FunctionTimeoutError";
}

/** The `in` binding that starts a function, and its name. */
export function triggerOf(fn: RegisteredFunction): { name: string; type: string; options: Readonly<Record<string, unknown>> } {
  const found = Object.entries(fn.bindings).find(([, binding]) => binding.direction === "in" && /trigger$/i.test(binding.type));
  if (found === undefined) throw new Error(`Function ${fn.name} has no trigger.`);
  return { name: found[0], type: found[1].type, options: found[1] };
}

/** Runs `fn` once. @throws what the function, a hook or the conversion of its result throws. */
export async function invokeOnce(
  ports: InvocationPorts,
  fn: RegisteredFunction,
  value: TriggerValue,
  retryContext?: RetryContext,
): Promise<InvocationResponse> {
  const { log } = ports;
  const invocationId = randomUUID();
  const started = performance.now();
  const category = `Function.${fn.name}`;
  log("information", category, `Executing 'Functions.${fn.name}' (Reason='${value.reason}', Id=${invocationId})`);
  const ended = (outcome: string) => `Executed 'Functions.${fn.name}' (${outcome}, Id=${invocationId}, Duration=${Math.round(performance.now() - started)}ms)`;
  try {
    value.onStart?.(invocationId);
    const response = await withTimeout(run(ports, fn, value, invocationId, retryContext), ports.timeoutMs, fn.name);
    log("information", category, ended("Succeeded"));
    return response;
  } catch (error) {
    log("error", category, `${ended("Failed")}\n${describe(error)}`);
    throw error;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function run(
  { core, log }: InvocationPorts,
  fn: RegisteredFunction,
  value: TriggerValue,
  invocationId: string,
  retryContext: RetryContext | undefined,
): Promise<InvocationResponse> {
  const model = core.model();
  if (model === undefined) throw new Error("The app has no programming model: @azure/functions was not loaded.");
  let invocationContext: unknown;
  const coreContext: CoreInvocationContext = {
    invocationId,
    request: {
      invocationId,
      functionId: fn.functionId ?? fn.name,
      inputData: [{ name: triggerOf(fn).name, data: value.data }],
      triggerMetadata: value.metadata,
      traceContext: {
        traceParent: value.traceParent ?? `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-00`,
        ...(value.traceState === undefined ? {} : { traceState: value.traceState }),
        attributes: { ProcessId: String(process.pid), OperationName: fn.name },
      },
      ...(retryContext === undefined ? {} : { retryContext }),
    },
    metadata: { name: fn.name, bindings: fn.bindings },
    log: (level: LogLevel, category: LogCategory, message: string) => {
      const line = core.throughLogHooks({ level, category, message, invocationContext });
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
    after.result = await invocation.invokeFunction(context, before.inputs as unknown[], before.functionCallback as RegisteredFunction["callback"]);
  } catch (error) {
    after.error = error ?? new Error(`The function threw ${error}.`);
  }

  coreContext.state = "postInvocationHooks";
  await core.runHooks("postInvocation", after);
  if (after.error !== undefined && after.error !== null) throw after.error;
  return await invocation.getResponse(context, after.result);
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number | undefined, name: string): Promise<T> {
  if (timeoutMs === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new FunctionTimeoutError(`Timeout value of ${timeoutMs / 1000} s was exceeded by function: Functions.${name}`)), timeoutMs);
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
