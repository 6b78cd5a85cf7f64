import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { type Environment, getSetting } from "./settings.ts";

/** Id of the host in the paths of timer status blobs, stable for one machine and folder. */
export function hostId(directory: string, env: Environment): string {
  const configured = getSetting("AzureFunctionsWebHost__hostid", env);
  if (configured !== undefined && configured !== "") return configured;
  const machine = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "");
  const digest = createHash("sha256").update(directory).digest().readUInt32BE();
  return `${machine.slice(0, 20)}-${digest}`;
}
