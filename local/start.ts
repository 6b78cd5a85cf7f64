/** `npm start`: runs the service on this machine until a signal stops it. */
import { readFlags } from "./read-flags.ts";
import { startErrorMessage } from "./start-error-message.ts";
import { defaultDataDirectory, type RunningService, settingsFile, startService } from "./start-service.ts";

const usage = `Runs Jobgate on this machine, without Azure: storage, the Functions host and the jobs.

Usage: npm start -- [options]
  --port N        port on 127.0.0.1 (default 7071; 0 for any free port)
  --data DIR      folder for all data (default .jobgate)
  --backend NAME  where jobs run: local (default), or azureml for the workspace JOBS_AZUREML_WORKSPACE.
                  Without that setting, azureml uses a fake Azure ML on this machine, which runs no commands.
  --enable-auth   require function keys, as in Azure (stored in DIR/keys.json)
  --quiet         print only the warnings and errors of the host's log
  --help          print this help

Options override environment variables, which override local.settings.json (docs/settings.md).`;

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

const fakeAzureMLNote = `
The backend is a fake Azure ML on this machine: jobs change status and write logs, but run no commands
(docs/azureml.md).
`;

function startMessage({ url, keysFile, connectionStringFile, usesFakeAzureML }: RunningService): string {
  const keys =
    keysFile === undefined
      ? ""
      : `\nRequests need a function key in the header x-functions-key: one of functionKeys in ${keysFile}\n`;
  const header = keysFile === undefined ? "" : " -H 'x-functions-key: KEY'";
  return `
Jobgate runs at ${url}

  POST   /api/jobs                          submit a job (?dry_run=true only validates it)
  PUT    /api/jobs/{name}                   submit a job under this name; safe to repeat
  GET    /api/jobs                          list jobs
  GET    /api/jobs/{name}                   get a job as JSON, or as YAML with Accept: application/yaml
  PATCH  /api/jobs/{name}                   change display name, description, tags, properties or archived
  DELETE /api/jobs/{name}                   delete a finished job
  POST   /api/jobs/{name}/cancel            cancel a job
  POST   /api/jobs/{name}/rerun             submit the same job again under a new name
  GET    /api/jobs/{name}/timeline          history of a job
  GET    /api/jobs/{name}/children          list the nodes of a pipeline or the trials of a sweep
  GET    /api/jobs/{name}/log_files         list log files with their URLs
  GET    /api/jobs/{name}/log_files/{log}   read a log file; Range is supported
  GET    /api/jobs/{name}/outputs           list output files
  GET    /api/jobs/{name}/outputs/{path}    read an output file
  GET    /api/stats                         job counts and durations
  GET    /api/schemas/{type}                JSON Schemas, for editors
  GET    /api/health, /api/health/ready     liveness and readiness
${usesFakeAzureML ? fakeAzureMLNote : ""}
Job files in the blob container inbox are submitted too; the results are in the container receipts (docs/inbox.md).
The connection string of the storage is in ${connectionStringFile}
${keys}
Submit an example:

  curl --data-binary @examples/hello-world.yml -H 'Content-Type: application/yaml'${header} ${url}/api/jobs

Stop it with Ctrl-C.
`;
}

/** Resolves at the first SIGTERM, SIGINT or SIGHUP, or when the parent process ends. */
function stopRequested(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => resolve());
    process.on("disconnect", () => resolve());
  });
}

/**
 * Resolves with the first uncaught error. A Functions worker would exit; here Azurite must be stopped first, so that it
 * saves its state.
 */
function uncaughtError(): Promise<unknown> {
  return new Promise((resolve) => process.on("uncaughtException", (error) => resolve(error ?? "nothing")));
}

/** Lines of the host's log at level warning or above. */
const warningOrAbove = /^\[\S+\] (warning|error|critical):/;

function printWarning(line: string): void {
  if (warningOrAbove.test(line)) console.error(line);
}

/** Runs the service until it stops. Resolves to true after a requested stop, to false after a failure. */
async function run({ port, data, backend, enableAuth, quiet }: StartOptions): Promise<boolean> {
  const stopping = stopRequested();
  const crashed = uncaughtError();
  console.log(`Starting Azurite and the Functions host with the data folder ${data ?? defaultDataDirectory} ...`);
  const file = settingsFile();
  if (file !== undefined)
    console.log(`Settings were read from ${file}; environment variables and options override it.`);
  const service = await startService({
    port,
    dataDirectory: data,
    enableAuth,
    backend,
    log: quiet ? printWarning : console.log,
  });
  console.log(startMessage(service));
  const crash = crashed.then((error) => ["Uncaught error in the app, which would end a Functions worker:", error]);
  const storageLost = service.storageLost.then(({ message }) => [message]);
  const failure = await Promise.race([stopping, crash, storageLost]);
  if (failure !== undefined) console.error(...failure);
  console.log("Stopping. Running jobs continue; the next start with this data folder updates their status.");
  await service.stop();
  return failure === undefined;
}

try {
  const options = readOptions();
  try {
    process.exit((await run(options)) ? 0 : 1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    const freePort = options.port === 7072 ? 7073 : 7072;
    throw new Error(`Port ${options.port} is in use. Choose another, for example: npm start -- --port ${freePort}`, {
      cause: error,
    });
  }
} catch (error) {
  console.error(startErrorMessage(error));
  process.exit(1);
}
