/**
 * Runs the real Python client against the fake of Azure ML, to prove that the fake is faithful. The requests of the
 * client are recorded as data, which test/contract/azureml-server replays without Python.
 *
 * JOBGATE_PYTHON=/path/to/python npm run witness
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAzureMLServer } from "../../local/azureml-server/server.ts";
import { startTestAzurite } from "../support/azurite.ts";
import { selfSigned } from "../support/self-signed.ts";
import { toTranscript } from "./transcript.ts";

const python = process.env.JOBGATE_PYTHON;
if (python === undefined) {
  console.error(
    "JOBGATE_PYTHON is not a Python with azure-ai-ml. Install it in a virtual environment: pip install azure-ai-ml.",
  );
  process.exit(1);
}

const azurite = await startTestAzurite();
const tls = selfSigned("localhost");
const started = Date.now();
const server = await startAzureMLServer({ tls, host: "localhost", speed: 4, storage: azurite, pageSize: 3 });
const folder = await mkdtemp(join(tmpdir(), "jobgate-witness-"));
const bundle = join(folder, "ca.pem");
await writeFile(bundle, tls.cert);
const { subscriptionId, resourceGroup, name } = server.state.workspace;
const address = [server.url, new URL(azurite.blobUri).origin, subscriptionId, resourceGroup, name];
const child = spawn(python, [join(import.meta.dirname, "client.py"), ...address], {
  stdio: ["ignore", "pipe", "inherit"],
  // The location of the client in git is not part of its requests.
  env: {
    ...process.env,
    GIT_DIR: folder,
    REQUESTS_CA_BUNDLE: bundle,
    SSL_CERT_FILE: bundle,
    AZURE_CORE_COLLECT_TELEMETRY: "false",
  },
});
let output = "";
child.stdout.setEncoding("utf8").on("data", (text: string) => {
  output += text;
  process.stdout.write(text);
});
const [code] = (await once(child, "close")) as [number];
await server.close();
await azurite.stop();
await rm(folder, { recursive: true });
if (code !== 0) {
  for (const { method, path, query, status } of server.requests.slice(-5))
    console.error(`${status} ${method} ${path}?${query}`);
  process.exit(code);
}
const said = output
  .trim()
  .split("\n")
  .filter((line) => line.startsWith("["))
  .map((line) => JSON.parse(line));
await writeFile(
  join(import.meta.dirname, "../data/witness.json"),
  `${JSON.stringify({ said, requests: toTranscript(server, started) }, undefined, 1)}\n`,
);
console.log(`${said.length} operations with ${server.requests.length} requests.`);
