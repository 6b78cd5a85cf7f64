/**
 * Loaded into the process of Azurite, which keeps running after its service is killed, so that its data is saved. Ends
 * Azurite after the grace period, and at once when its folder is deleted.
 */
import { statSync } from "node:fs";
import { Socket } from "node:net";

const checkIntervalMs = 1000;
/** Time limit for saving the state; Azurite is ended when it is reached. */
const saveTimeoutMs = 20_000;

const { JOBGATE_AZURITE_FOLDER: folder = "", JOBGATE_AZURITE_GRACE_MS: graceMs } = process.env;

function shutDown(): void {
  // Calls Azurite's own handler, also on Windows, which has no signals.
  process.emit("SIGTERM", "SIGTERM");
  setTimeout(() => process.exit(1), saveTimeoutMs).unref();
}

// The service holds the other end of this pipe; the system closes it when the service ends.
const service = new Socket({ fd: 3, readable: true, writable: false });
service.once("close", () => setTimeout(shutDown, Number(graceMs)).unref());
service.on("error", () => service.destroy());
service.resume().unref();

const inode = () => statSync(folder, { bigint: true, throwIfNoEntry: false })?.ino;
const initialInode = inode();
setInterval(() => {
  if (inode() !== initialInode) process.exit(1);
}, checkIntervalMs).unref();
