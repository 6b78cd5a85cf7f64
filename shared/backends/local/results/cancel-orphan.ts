import type { JobFolder } from "../folder/job-folder.ts";
import { requestCancel } from "../folder/job-state.ts";
import type { VerifyPorts } from "./verify-uploads.ts";

/**
 * Cancels a running job whose record stays missing for `orphanMs`, because no caller can find and cancel it. Returns
 * earlier if the record exists or the signal is aborted.
 */
export async function cancelOrphan(
  { clock, keepCopiesMs, orphanMs, submissionIdOf }: VerifyPorts,
  folder: JobFolder,
  cancel: () => void,
  signal: AbortSignal,
): Promise<void> {
  for (let orphanedMs = 0; orphanedMs < orphanMs; ) {
    await clock.sleep(keepCopiesMs, signal);
    if (signal.aborted) return;
    const submissionId = await submissionIdOf(folder.spec.name).catch(() => "unknown" as const);
    if (submissionId === folder.owner) return;
    if (submissionId !== "unknown") orphanedMs += keepCopiesMs;
  }
  await requestCancel(folder);
  cancel();
}
