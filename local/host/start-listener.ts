import type { Clock } from "../../shared/lib/clock.ts";
import { triggerOf } from "./app/bindings.ts";
import type { RegisteredFunction } from "./app/core-types.ts";
import type { TriggerInput } from "./app/invocation.ts";
import type { HostLog } from "./host-log.ts";
import type { Listener } from "./listener.ts";
import { poisonQueueName } from "./queues/queue-message.ts";
import { listenToQueue } from "./queues/queue-trigger.ts";
import type { Queues } from "./queues/queues.ts";
import type { HostJson } from "./settings/host-json.ts";
import { type Environment, resolveConnection, resolveSettings } from "./settings/settings.ts";
import { parseSchedule } from "./timers/schedule.ts";
import { openTimerMonitor } from "./timers/timer-monitor.ts";
import { startTimer } from "./timers/timer-trigger.ts";

export interface ListenerPorts {
  readonly env: Environment;
  readonly hostId: string;
  readonly hostJson: HostJson;
  readonly queueLeaseMs: number;
  readonly clock: Clock;
  readonly log: HostLog;
  readonly queues: Queues;
  run(fn: RegisteredFunction, value: TriggerInput): Promise<unknown>;
}

/**
 * Starts the timer or queue listener of a function; undefined for HTTP.
 * @throws if a setting or schedule is invalid.
 */
export async function startListener(ports: ListenerPorts, fn: RegisteredFunction): Promise<Listener | undefined> {
  const { type, options } = triggerOf(fn);
  if (type === "timertrigger") return startTimerOf(ports, fn, options);
  if (type === "queuetrigger") return startQueueOf(ports, fn, options);
  return undefined;
}

async function startTimerOf(
  ports: ListenerPorts,
  fn: RegisteredFunction,
  options: Readonly<Record<string, unknown>>,
): Promise<Listener> {
  const { env, hostId, clock, log } = ports;
  const schedule = parseSchedule(resolveSettings(String(options.schedule), env));
  const monitored = options.useMonitor !== false && schedule.canBeMonitored;
  const monitor = monitored
    ? await openTimerMonitor(resolveConnection(undefined, "blob", env), hostId, fn.name)
    : undefined;
  return startTimer({
    functionName: fn.name,
    schedule,
    runOnStartup: options.runOnStartup === true,
    monitor,
    clock,
    log,
    run: (value) => ports.run(fn, value),
  });
}

async function startQueueOf(
  ports: ListenerPorts,
  fn: RegisteredFunction,
  options: Readonly<Record<string, unknown>>,
): Promise<Listener> {
  const { env, queues, hostJson } = ports;
  const name = resolveSettings(String(options.queueName), env).toLowerCase();
  const connection = options.connection as string | undefined;
  const poisonName = poisonQueueName(name);
  const listener = listenToQueue({
    queue: await queues.open(connection, name),
    poisonQueue: poisonName === undefined ? undefined : await queues.open(connection, poisonName),
    settings: hostJson.extensions.queues,
    leaseMs: ports.queueLeaseMs,
    clock: ports.clock,
    log: ports.log,
    run: (value) => ports.run(fn, value),
  });
  queues.onSend(name, listener.pollNow);
  return listener;
}
