/** `npm start`: runs the service on this machine until it is told to stop. */
import { parseArgs } from "node:util";
import { type RunningService, startService } from "./service.ts";

const usage = `Runs Jobgate on this machine: storage, host and jobs, without Azure.

Usage: npm start -- [options]
  --port N       port on 127.0.0.1 (default 7071; 0 takes any free one)
  --data DIR     folder that holds all data (default .jobgate)
  --enable-auth  ask for keys, as in Azure (they are in DIR/keys.json)
  --quiet        do not print the host's log
  --help         print this`;

interface StartOptions {
  readonly port: number;
  readonly data: string;
  readonly enableAuth: boolean;
  readonly quiet: boolean;
}

function readOptions(): StartOptions {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "7071" },
      data: { type: "string", default: ".jobgate" },
      "enable-auth": { type: "boolean", default: false },
      quiet: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) throw new Error(`--port ${values.port}: must be a number from 0 to 65535.`);
  return { port, data: values.data, enableAuth: values["enable-auth"], quiet: values.quiet };
}

function greeting({ url, keysFile }: RunningService): string {
  const keys = keysFile === undefined ? "" : `\nEach call needs a key from ${keysFile}: a key of functionKeys, in the header x-functions-key.\n`;
  const header = keysFile === undefined ? "" : " -H 'x-functions-key: KEY'";
  return `
Jobgate runs at ${url}

  POST   /api/jobs                          submit a job (?dry_run=true only checks it)
  PUT    /api/jobs/{name}                   submit it under a name, safe to repeat
  GET    /api/jobs                          list
  GET    /api/jobs/{name}                   one job, as JSON or (Accept: application/yaml) YAML
  POST   /api/jobs/{name}/cancel
  GET    /api/jobs/{name}/timeline
  GET    /api/jobs/{name}/log_files         names and URLs of its logs
  GET    /api/jobs/{name}/log_files/{log}   a log, whole or by Range
  GET    /api/health, /api/health/ready
${keys}
Try it:

  curl --data-binary @examples/hello-world.yml -H 'Content-Type: application/yaml'${header} ${url}/api/jobs

Stop it with Ctrl-C.
`;
}

/** The first of SIGTERM, SIGINT, SIGHUP or the end of the process that started this one. */
function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => resolve());
    process.on("disconnect", () => resolve());
  });
}

/** What ends a Functions worker: an error that nothing catches. Storage is still to be ended in good order. */
function brokenDown(): Promise<unknown> {
  return new Promise((resolve) => process.on("uncaughtException", (error) => resolve(error ?? "nothing")));
}

try {
  const { port, data, enableAuth, quiet } = readOptions();
  const stopping = toldToStop();
  const service = await startService({ port, dataDirectory: data, enableAuth, ...(quiet ? {} : { log: console.log }) });
  console.log(greeting(service));
  const broken = await Promise.race([stopping, brokenDown()]);
  if (broken !== undefined) console.error("The app threw where nobody waits for it, which ends a Functions worker:", broken);
  await service.stop();
  process.exit(broken === undefined ? 0 : 1);
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.error(code === "EADDRINUSE" ? "That port is in use. Choose another one: npm start -- --port 7072" : message);
  process.exit(1);
}
