/**
 * Loaded into Azurite's process, which outlives a killed service so that the next start finds all that was acknowledged. Ends it
 * when no service has come back for a while, and at once when its folder is gone: it would otherwise run for ever.
 */
import { statSync } from "node:fs";
import { Socket } from "node:net";

const lookMs = 1000;
/** Azurite writes its state when it ends; one that hangs is ended without. */
const saveMs = 20_000;

const { JOBGATE_AZURITE_FOLDER: folder = "", JOBGATE_AZURITE_GRACE_MS: graceMs } = process.env;

function endInGoodOrder(): void {
  // Its own handler, which also works where there are no signals.
  process.emit("SIGTERM", "SIGTERM");
  setTimeout(() => process.exit(1), saveMs).unref();
}

// The other end is in the service, and closes with it however it ends.
const service = new Socket({ fd: 3, readable: true, writable: false });
service.once("close", () => setTimeout(endInGoodOrder, Number(graceMs)).unref());
service.on("error", () => service.destroy());
service.resume().unref();

const inode = () => statSync(folder, { bigint: true, throwIfNoEntry: false })?.ino;
const first = inode();
setInterval(() => {
  if (inode() !== first) process.exit(1);
}, lookMs).unref();
