import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { connectionStringOf } from "../local/azurite/find-azurite.ts";
import { type Figure, median } from "./figures.ts";
import { startBenchService } from "./service.ts";

const rounds = 6;
const perRound = 60;

/** Settings that disable the functions that run after a submission, because they would use the same two cores. */
const submissionsOnly = Object.fromEntries(
  ["dispatch-job", "apply-update", "poll-jobs", "heal-jobs"].map((name) => [`AzureWebJobs.${name}.Disabled`, "true"]),
);

/**
 * Time of a submission from the request to its response, through the local host, compared with its storage calls alone:
 * the same calls in the same order, with the same clients on the same Azurite. Both run in turn, in alternating order.
 */
export async function benchSubmit(): Promise<readonly Figure[]> {
  const service = await startBenchService(submissionsOnly);
  try {
    const body = readFileSync(join(import.meta.dirname, "../examples/hello-world.yml"));
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const floor = bareCalls(connectionStringOf(join(service.data, "azurite")), body.toString());
    const submit = () => post(`${service.url}/api/jobs`, body, agent);
    // The first submission creates the containers, tables and queues.
    await submit();
    const figures: Figure[] = [];
    for (const concurrency of [1, 8]) {
      const times: Record<"submit" | "floor", number[]> = { submit: [], floor: [] };
      const kinds = [
        ["submit", submit],
        ["floor", floor],
      ] as const;
      for (let round = -1; round < rounds; round++) {
        for (const [kind, run] of round % 2 === 0 ? kinds : kinds.toReversed()) {
          const measured = await measure(run, concurrency);
          if (round >= 0) times[kind].push(...measured);
        }
      }
      figures.push({
        bench: "submit",
        what: `POST /api/jobs, p50, concurrency ${concurrency}`,
        value: median(times.submit),
        unit: "ms",
        floor: { what: "its storage calls, bare", value: median(times.floor) },
        limit: 1.5,
      });
    }
    return figures;
  } finally {
    await service.stop();
  }
}

/** Milliseconds of each of `perRound` calls, `concurrency` at a time. */
async function measure(run: () => Promise<void>, concurrency: number): Promise<readonly number[]> {
  const times: number[] = [];
  let left = perRound;
  const worker = async () => {
    while (left-- > 0) {
      const started = performance.now();
      await run();
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return times;
}

function post(url: string, body: Uint8Array, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { method: "POST", agent, headers: { "content-type": "application/yaml", "content-length": body.byteLength } },
      (response) => {
        response
          .resume()
          .once("end", () =>
            response.statusCode === 201
              ? resolve()
              : reject(new Error(`The submission returned ${response.statusCode}.`)),
          );
      },
    );
    call.once("error", reject).end(body);
  });
}

/**
 * The storage calls of a submission: the open row, the record, then job.yml, the index row and the message together.
 */
function bareCalls(connection: string, yaml: string): () => Promise<void> {
  const blobs = BlobServiceClient.fromConnectionString(connection).getContainerClient("jobs");
  const queue = QueueServiceClient.fromConnectionString(connection).getQueueClient("job-dispatch");
  const [openJobs, index] = ["openjobs", "jobindex"].map((name) =>
    TableClient.fromConnectionString(connection, name, { allowInsecureConnection: true }),
  );
  let count = 0;
  return async () => {
    const name = `floor-${process.pid}-${count++}`;
    const at = new Date().toISOString();
    const record = JSON.stringify({
      name,
      dump: yaml,
      timeline: [{ seq: 1, status: "NotStarted", at, source: "service" }],
      fingerprint: "f".repeat(67),
      at,
    });
    const put = (file: string, text: string, type: string) =>
      blobs.getBlockBlobClient(`${name}/${file}`).upload(text, Buffer.byteLength(text), {
        conditions: { ifNoneMatch: "*" },
        blobHTTPHeaders: { blobContentType: type },
      });
    const row = {
      name,
      submission_id: name,
      backend: "local",
      created_at: at,
      next_poll_at: "9",
      heal_at: "9",
      published_seq: 0,
    };
    await openJobs?.upsertEntity({ partitionKey: "floor", rowKey: name, ...row }, "Replace");
    await put("record.json", record, "application/json");
    await Promise.all([
      put("job.yml", yaml, "application/yaml"),
      index?.createEntity({
        partitionKey: "floor",
        rowKey: name,
        ...row,
        type: "command",
        status: "NotStarted",
        experiment_name: "Default",
      }),
      queue.sendMessage(
        Buffer.from(JSON.stringify({ schema_version: 1, name, submission_id: name })).toString("base64"),
      ),
    ]);
  };
}
