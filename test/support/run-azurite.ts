/** A process that starts Azurite, sends its connection string, and waits until it is killed. */
import { startAzurite } from "../../local/azurite/start-azurite.ts";

const [, , directory = "", graceMs = ""] = process.argv;
const { connectionString } = await startAzurite({ directory, graceMs: Number(graceMs) });
process.send?.(connectionString);
setInterval(() => undefined, 60_000);
