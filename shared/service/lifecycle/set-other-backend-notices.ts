import type { OpenJob } from "../../core/ports/open-jobs.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import { setOtherBackendNotice } from "../../core/records/set-notice.ts";
import type { SendCancelPorts } from "./send-cancel.ts";
import { setNotices } from "./set-notices.ts";

/**
 * Sets a notice on jobs of a backend that the service does not run, and returns a text for the log; undefined without
 * such jobs.
 */
export async function setOtherBackendNotices(
  ports: SendCancelPorts,
  open: readonly OpenJob[],
  options: CallOptions,
): Promise<string | undefined> {
  const { id } = ports.backend;
  const rows = open.filter(({ backend }) => backend !== id);
  if (rows.length === 0) return undefined;
  await setNotices(ports, rows, "other_backend", (record, now) => setOtherBackendNotice(record, id, now), options);
  const others = [...new Set(rows.map(({ backend }) => backend))].join(" and ");
  return (
    `Open jobs of the backend ${others}: ${rows.length}. This service runs ${id} (JOBS_BACKEND), so they are neither ` +
    `started nor polled until it runs ${others} again.`
  );
}
