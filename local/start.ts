/** `npm start`: runs the service on this machine until it is told to stop. */
import { readFlags } from "./read-flags.ts";
import { defaultData, type RunningService, settingsFile, startService } from "./service.ts";
import { startFailure } from "./start-failure.ts";

const usage = `Runs Jobgate on this machine: storage, host and jobs, without Azure.

Usage: npm start -- [options]
  --port N       port on 127.0.0.1 (default 7071; 0 takes any free one)
  --data DIR     folder that holds all data (default .jobgate)
  --backend NAME local (default) or azureml: the workspace of JOBS_AZUREML_WORKSPACE;
                 without one, this machine plays Azure ML, and jobs do not really run
  --enable-auth  ask for keys, as in Azure (they are in DIR/keys.json)
  --quiet        print only the warnings and errors of the host's log
  --help         print this

Options win over the environment, the environment over local.settings.json (docs/settings.md).`;

interface StartOptions {
  readonly port: number;
  readonly data: string | undefined;
  readonly backend: "local" | "azureml" | undefined;
  readonly enableAuth: boolean;
  readonly quiet: boolean;
}

function readOptions(): StartOptions {
  const values = readFlags("npm start", {
    port: { type: "string", default: "7071" },
    data: { type: "string" },
    backend: { type: "string" },
    "enable-auth": { type: "boolean", default: false },
    quiet: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535)
    throw new Error(`--port ${values.port}: must be a number from 0 to 65535.`);
  const { backend } = values;
  if (backend !== undefined && backend !== "local" && backend !== "azureml")
    throw new Error(`--backend ${backend}: must be local or azureml.`);
  return { port, data: values.data, backend, enableAuth: values["enable-auth"], quiet: values.quiet };
}

function greeting({ url, keysFile, connectionFile, playsAzureML }: RunningService): string {
  const keys =
    keysFile === undefined
      ? ""
      : `\nCalls need a key from ${keysFile}: a key of functionKeys, in the header x-functions-key.\n`;
  const header = keysFile === undefined ? "" : " -H 'x-functions-key: KEY'";
  return `
Jobgate runs at ${url}

  POST   /api/jobs                          submit a job (?dry_run=true only checks it)
  PUT    /api/jobs/{name}                   submit it under a name, safe to repeat
  GET    /api/jobs                          list
  GET    /api/jobs/{name}                   one job, as JSON or (Accept: application/yaml) YAML
  PATCH  /api/jobs/{name}                   change its tags, names or archived
  DELETE /api/jobs/{name}                   remove a finished one
  POST   /api/jobs/{name}/cancel
  POST   /api/jobs/{name}/rerun             the same again, under a new name
  GET    /api/jobs/{name}/timeline
  GET    /api/jobs/{name}/children          nodes of a pipeline, trials of a sweep
  GET    /api/jobs/{name}/log_files         names and URLs of its logs
  GET    /api/jobs/{name}/log_files/{log}   a log, whole or by Range
  GET    /api/jobs/{name}/outputs           its output files; /{path} for one of them
  GET    /api/stats                         counts and times
  GET    /api/schemas/{type}                JSON Schemas, for editors
  GET    /api/health, /api/health/ready
${playsAzureML ? "\nThis machine plays Azure ML: jobs take their course and write logs, but do not run (docs/azureml.md).\n" : ""}
Job files that are dropped into the container inbox are submitted, too; receipts has the answers (docs/inbox.md).
The connection string of the storage is in ${connectionFile}
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

/** Lines of the host's log that tell of trouble. */
const trouble = /^\[\S+\] (warning|error|critical):/;

function printTrouble(line: string): void {
  if (trouble.test(line)) console.error(line);
}

/** Runs until it is told to stop. Resolves to whether that was all that ended it. */
async function run({ port, data, backend, enableAuth, quiet }: StartOptions): Promise<boolean> {
  const stopping = toldToStop();
  const broken = brokenDown();
  console.log(`Starting Azurite and the Functions host on ${data ?? defaultData} ...`);
  const file = settingsFile();
  if (file !== undefined) console.log(`Settings were read from ${file}; the environment and options win over it.`);
  const service = await startService({
    port,
    dataDirectory: data,
    enableAuth,
    backend,
    log: quiet ? printTrouble : console.log,
  });
  console.log(greeting(service));
  const threw = broken.then((error) => [
    "The app threw where nobody waits for it, which ends a Functions worker:",
    error,
  ]);
  const lost = service.lost.then(({ message }) => [message]);
  const why = await Promise.race([stopping, threw, lost]);
  if (why !== undefined) console.error(...why);
  console.log("Stopping. Jobs that run go on, and the next start on this folder sees to them.");
  await service.stop();
  return why === undefined;
}

try {
  const options = readOptions();
  try {
    process.exit((await run(options)) ? 0 : 1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new Error(
      `Port ${options.port} is in use. Choose another one, e.g.: npm start -- --port ${options.port === 7072 ? 7073 : 7072}`,
      { cause: error },
    );
  }
} catch (error) {
  console.error(startFailure(error));
  process.exit(1);
}
