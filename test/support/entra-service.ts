/** Runs the service of `npm start` with simulated App Service authentication: `--port N --data DIR --issuer URL`. */
import { parseArgs } from "node:util";
import { startService } from "../../local/start-service.ts";
import { appServiceAuth } from "./app-service-auth.ts";
import { audience } from "./token-issuer.ts";

const { values } = parseArgs({
  options: { port: { type: "string" }, data: { type: "string" }, issuer: { type: "string" } },
});
const { port = "0", data = "", issuer = "" } = values;
const authenticate = await appServiceAuth({ issuer, audience });
const service = await startService({
  port: Number(port),
  dataDirectory: data,
  log: console.log,
  authenticate,
  settings: { JOBS_AUTH: "entra" },
});
console.log(`It runs at ${service.url}`);
for (const event of ["SIGTERM", "disconnect"] as const)
  process.once(event, () => void service.stop().then(() => process.exit(0)));
