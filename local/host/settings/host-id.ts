import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { type Environment, getSetting } from "./settings.ts";

/** The name of a host in storage: the same for the same machine and folder, so that what it kept is found by the next start. */
export function hostId(directory: string, env: Environment): string {
  const given = getSetting("AzureFunctionsWebHost__hostid", env);
  if (given !== undefined && given !== "") return given;
  const machine = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "");
  const digest = createHash("sha256").update(directory).digest().readUInt32BE();
  return `${machine.slice(0, 20)}-${digest}`;
}
