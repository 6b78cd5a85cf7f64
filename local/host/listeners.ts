/** Starts what runs by itself: timers and queues. */
import { triggerOf } from "./bindings.ts";
import type { Clock } from "./clock.ts";
import type { RegisteredFunction } from "./core-types.ts";
import type { HostJson } from "./host-json.ts";
import type { HostLog } from "./host-log.ts";
import type { TriggerValue } from "./invocation.ts";
import type { Listener } from "./listener.ts";
import { poisonQueueName } from "./queue-message.ts";
import { listenToQueue } from "./queue-trigger.ts";
import type { Queues } from "./queues.ts";
import { parseSchedule } from "./schedule.ts";
import { type Environment, resolveConnection, resolveSettings } from "./settings.ts";
import { openTimerMonitor } from "./timer-monitor.ts";
import { startTimer } from "./timer-trigger.ts";

export interface ListenerPorts {
  readonly env: Environment;
  readonly hostId: string;
  readonly hostJson: HostJson;
  readonly queueLeaseMs: number;
  readonly clock: Clock;
  readonly log: HostLog;
  readonly queues: Queues;
  run(fn: RegisteredFunction, value: TriggerValue): Promise<unknown>;
}

/** Starts the listener of a function; undefined for one that waits for HTTP. @throws when a setting, a schedule or a connection is wrong. */
export async function startListener(ports: ListenerPorts, fn: RegisteredFunction): Promise<Listener | undefined> {
  const { type, options } = triggerOf(fn);
  if (type === "timertrigger") return startTimerOf(ports, fn, options);
  if (type === "queuetrigger") return startQueueOf(ports, fn, options);
  return undefined;
}

async function startTimerOf(ports: ListenerPorts, fn: RegisteredFunction, options: Readonly<Record<string, unknown>>): Promise<Listener> {
  const { env, hostId, clock, log } = ports;
  const schedule = parseSchedule(resolveSettings(String(options.schedule), env));
  const monitored = options.useMonitor !== false && schedule.canBeMonitored;
  const monitor = monitored ? await openTimerMonitor(resolveConnection(undefined, "blob", env), hostId, fn.name) : undefined;
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

async function startQueueOf(ports: ListenerPorts, fn: RegisteredFunction, options: Readonly<Record<string, unknown>>): Promise<Listener> {
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
  queues.watch(name, listener.wake);
  return listener;
}
