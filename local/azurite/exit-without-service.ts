/**
 * Loaded into the process of Azurite, which outlives a killed service so that its data reaches the disk. Ends Azurite
 * when no service has come back after a grace period, and at once when its folder is deleted.
 */
import { statSync } from "node:fs";
import { Socket } from "node:net";

const checkIntervalMs = 1000;
/** Time limit for writing the state at the end; after it Azurite is ended without. */
const saveTimeoutMs = 20_000;

const { JOBGATE_AZURITE_FOLDER: folder = "", JOBGATE_AZURITE_GRACE_MS: graceMs } = process.env;

function shutDown(): void {
  // Calls Azurite's own handler, also on Windows, which has no signals.
  process.emit("SIGTERM", "SIGTERM");
  setTimeout(() => process.exit(1), saveTimeoutMs).unref();
}

// The service has the other end of this pipe, which the system closes when the service ends.
const service = new Socket({ fd: 3, readable: true, writable: false });
service.once("close", () => setTimeout(shutDown, Number(graceMs)).unref());
service.on("error", () => service.destroy());
service.resume().unref();

const inode = () => statSync(folder, { bigint: true, throwIfNoEntry: false })?.ino;
const initialInode = inode();
setInterval(() => {
  if (inode() !== initialInode) process.exit(1);
}, checkIntervalMs).unref();
