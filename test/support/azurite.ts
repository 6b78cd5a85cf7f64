/** A storage account of a test file's own. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";

export interface TestAzurite {
  readonly connectionString: string;
  readonly blobUri: string;
  readonly queueUri: string;
  readonly tableUri: string;
  stop(): Promise<void>;
}

const key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const startMs = 30_000;

/** Starts Azurite in memory on free ports, and ends it with `stop`. @param extra more options, e.g. `--oauth basic`. */
export async function startTestAzurite(extra: readonly string[] = [], protocol: "http" | "https" = "http"): Promise<TestAzurite> {
  const main = createRequire(import.meta.url).resolve("azurite/dist/src/azurite.js");
  const ports = ["--blobPort", "0", "--queuePort", "0", "--tablePort", "0"];
  const child = spawn(process.execPath, [main, "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent", ...ports, ...extra], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  try {
    const found = await listening(child.stdout, child.stderr, ended);
    const uri = (service: string) => `${protocol}://127.0.0.1:${found.get(service)}/devstoreaccount1`;
    const [blobUri, queueUri, tableUri] = [uri("Blob"), uri("Queue"), uri("Table")];
    const endpoints = `BlobEndpoint=${blobUri};QueueEndpoint=${queueUri};TableEndpoint=${tableUri};`;
    return {
      connectionString: `DefaultEndpointsProtocol=${protocol};AccountName=devstoreaccount1;AccountKey=${key};${endpoints}`,
      blobUri,
      queueUri,
      tableUri,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The ports, once all three are there. */
function listening(stdout: NodeJS.ReadableStream, stderr: NodeJS.ReadableStream, ended: Promise<void>): Promise<Map<string, number>> {
  return new Promise((resolve, reject) => {
    const ports = new Map<string, number>();
    let said = "";
    const fail = (why: string) => reject(new Error(`Azurite did not start: ${why}\n${said}`));
    const timer = setTimeout(() => fail(`not within ${startMs} ms`), startMs);
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      for (const [, service = "", port] of said.matchAll(/Azurite (Blob|Queue|Table) service.*listening.*:(\d+)/g)) ports.set(service, Number(port));
      if (ports.size < 3) return;
      clearTimeout(timer);
      resolve(ports);
    };
    stdout.on("data", hear);
    stderr.on("data", hear);
    void ended.then(() => {
      clearTimeout(timer);
      fail("it ended");
    });
  });
}
