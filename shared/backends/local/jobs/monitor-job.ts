import { join } from "node:path";
import type { Clock } from "../../../lib/clock.ts";
import type { Started } from "../folder/job-files.ts";
import type { JobFolder } from "../folder/job-folder.ts";
import { endUnstartedJob, readState } from "../folder/job-state.ts";
import { type LaunchSupervisor, supervisorLog } from "../process/launch-supervisor.ts";
import { createSupervisorWatchdog, killRemainingProcesses } from "../process/supervisor-watchdog.ts";
import { reportFailure } from "../results/report-failure.ts";
import type { LogUploader } from "../results/upload-log.ts";

export interface MonitorPorts {
  readonly clock: Clock;
  readonly launch: LaunchSupervisor;
  /** Called with an error that does not stop the job, or that is retried. */
  readonly onError: (error: unknown, name: string) => void;
}

/** First interval between two uploads of the log. It doubles up to `maxIntervalMs`. */
const firstIntervalMs = 50;
const checkMs = 2_000;
/** A supervisor that exits before it writes `started` is started at most this many times. */
const maxLaunches = 3;

/** Starts the supervisor of a job if needed, checks it, and uploads the log until the command has an outcome. */
export async function monitorJob(
  ports: MonitorPorts,
  folder: JobFolder,
  uploader: LogUploader,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = ports;
  const watchdog = createSupervisorWatchdog(folder);
  let checkAt = clock.now().getTime() + checkMs;
  const launcher = createLauncher(ports, folder, () => {
    checkAt = 0;
  });
  for (let waitMs = firstIntervalMs; !signal.aborted; waitMs *= 2) {
    const state = await readState(folder);
    if (state.exit !== undefined)
      return killRemainingProcesses(folder, (ms) => launcher.waitForExit(ms, signal), signal);
    waitMs = Math.min(waitMs, maxIntervalMs(clock.now(), state.started));
    if (state.started === undefined) launcher.ensureLaunched();
    const now = clock.now();
    // The second condition prevents that a clock that is set back postpones the check.
    if (now.getTime() >= checkAt || now.getTime() < checkAt - checkMs) {
      checkAt = now.getTime() + checkMs;
      await watchdog.check(now);
    }
    await reportFailure(ports, folder.spec.name, () => uploader.upload(false));
    await launcher.waitForExit(waitMs, signal);
  }
}

/**
 * Longest interval between two uploads of the log. An append blob has at most 50,000 blocks: with this interval, a log
 * that grows for 30 days has about 40,000. The delay is half a second in the first 40 minutes, 2 s after 3 hours and
 * 17 s after a day.
 */
function maxIntervalMs(now: Date, started: Started | undefined): number {
  const ageMs = started?.started_at === undefined ? 0 : now.getTime() - Date.parse(started.started_at);
  return Math.max(500, ageMs / 5_000);
}

function createLauncher({ clock, launch }: MonitorPorts, folder: JobFolder, onExit: () => void) {
  let running: Promise<void> | undefined;
  let launches = 0;
  return {
    /** Starts the supervisor if this service has not; after `maxLaunches` attempts, writes the outcome instead. */
    ensureLaunched() {
      if (running !== undefined) return;
      launches += 1;
      if (launches > maxLaunches) {
        const error = { code: "supervisor_not_started", message: notStartedMessage(folder) };
        endUnstartedJob(folder, { status: "Failed", finished_at: clock.now().toISOString(), error });
        return;
      }
      running = launch(folder.path).finally(() => {
        running = undefined;
        onExit();
      });
    },
    /** Waits for some time, at most until the supervisor exits or the signal is aborted. */
    async waitForExit(ms: number, signal: AbortSignal): Promise<void> {
      const done = new AbortController();
      const exited = running === undefined ? [] : [running];
      await Promise.race([clock.sleep(ms, AbortSignal.any([signal, done.signal])), ...exited]);
      done.abort();
    },
  };
}

function notStartedMessage({ path }: JobFolder): string {
  return `The supervisor process could not be started. See ${join(path, supervisorLog)} for the reason.`;
}
