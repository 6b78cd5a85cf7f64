import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startAzurite } from "../local/azurite/start-azurite.ts";
import { startService } from "../local/start-service.ts";
import type { Figure } from "./figures.ts";

const job = "command: echo hello world\nenvironment: azureml:any@latest\n";

/** Longer than a job and the wait after it. */
const keepSeconds = 15;

/**
 * Number of storage calls of one job from its submission to Completed, and of a tick of an idle service, counted
 * by proxies.
 */
export async function benchStorageCalls(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "jobgate-bench-"));
  const azurite = await startAzurite({ directory: join(folder, "counted") });
  const counted = await countCalls(azurite.connectionString);
  const settings = {
    AzureWebJobsStorage: counted.connectionString,
    JOBS_HEAL_SCHEDULE: "0 0 0 1 1 *",
    JOBS_INBOX_SCHEDULE: "0 0 0 1 1 *",
    JOBS_LOCAL_KEEP_SECONDS: String(keepSeconds),
  };
  const service = await startService({ port: 0, dataDirectory: join(folder, "service"), settings });
  try {
    // The first job creates the containers, tables and queues.
    await run(service.url);
    await sleep((keepSeconds + 5) * 1000);
    counted.take();
    await sleep(20_000);
    const idle = counted.take();
    await run(service.url);
    await sleep(5_000);
    const kinds = counted.take();
    await sleep(keepSeconds * 1000);
    const later = counted.take();
    const ticks = 10;
    return [
      ...Object.entries(kinds)
        .filter(([kind]) => !isHostPoll(kind) && !isTick(kind))
        .map(([kind, value]): Figure => ({ bench: "storage-calls", what: `one job: ${kind}`, value, unit: "" })),
      {
        bench: "storage-calls",
        what: "one job, from POST to Completed",
        value: sum(kinds, (kind) => !isHostPoll(kind) && !isTick(kind)),
        unit: "calls",
        limit: 35,
      },
      {
        bench: "storage-calls",
        what: "one local job, the check of its stored files after JOBS_LOCAL_KEEP_SECONDS",
        value: sum(later, (kind) => !isHostPoll(kind) && !isTick(kind)),
        unit: "calls",
      },
      {
        bench: "storage-calls",
        what: "a tick of an idle service",
        value: sum(idle, (kind) => !isHostPoll(kind)) / ticks,
        unit: "calls",
        limit: 1,
      },
    ];
  } finally {
    await service.stop();
    await counted.stop();
    await azurite.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Polls of the host for messages, which do not depend on the app. */
const isHostPoll = (kind: string) => kind === "queue: GET messages, none there";
/** The query for due jobs, which poll-jobs sends at each tick. */
const isTick = (kind: string) => kind === "table: GET openjobs()";

function sum(kinds: Readonly<Record<string, number>>, counts: (kind: string) => boolean): number {
  return Object.entries(kinds).reduce((all, [kind, value]) => all + (counts(kind) ? value : 0), 0);
}

async function run(base: string): Promise<void> {
  const response = await fetch(`${base}/api/jobs`, {
    method: "POST",
    headers: { "content-type": "application/yaml" },
    body: job,
  });
  const { name } = (await response.json()) as { name: string };
  for (;;) {
    const { status } = (await (await fetch(`${base}/api/health`)).json()) as { status: string };
    if (status !== "pass") throw new Error(`The health status is ${JSON.stringify(status)}; expected "pass".`);
    await sleep(6_000);
    const found = (await (await fetch(`${base}/api/jobs?status=Completed`)).json()) as {
      value: readonly { name: string }[];
    };
    if (found.value.some((entry) => entry.name === name)) return;
  }
}

interface Counted {
  readonly connectionString: string;
  /** Number of calls of each kind since the previous `take`. */
  take(): Record<string, number>;
  stop(): Promise<void>;
}

/** Starts proxies that forward all calls to Azurite and count them by kind. */
async function countCalls(connectionString: string): Promise<Counted> {
  let kinds: Record<string, number> = {};
  const servers: Server[] = [];
  let counted = connectionString;
  for (const service of ["blob", "queue", "table"]) {
    const endpoint = new RegExp(`${service}Endpoint=(http://[^/;]+)`, "i").exec(connectionString)?.[1] ?? "";
    const server = createServer((incoming, response) => {
      const outgoing = request(
        `${endpoint}${incoming.url}`,
        { method: incoming.method, headers: incoming.headers },
        (reply) => {
          const chunks: Buffer[] = [];
          reply.on("data", (chunk: Buffer) => chunks.push(chunk));
          reply.once("end", () => {
            const body = Buffer.concat(chunks);
            const kind = kindOf(service, incoming, body.toString());
            kinds[kind] = (kinds[kind] ?? 0) + 1;
            response.writeHead(reply.statusCode ?? 500, reply.headers).end(body);
          });
        },
      );
      outgoing.once("error", () => response.destroy());
      incoming.pipe(outgoing);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    counted = counted.replaceAll(endpoint, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    servers.push(server);
  }
  return {
    connectionString: counted,
    take() {
      const previous = kinds;
      kinds = {};
      return previous;
    },
    async stop() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** The kind of a call: its service, method and resource, without names of jobs. */
function kindOf(service: string, { method, url = "" }: IncomingMessage, body: string): string {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const [, , container = "", ...rest] = pathname.split("/");
  if (service === "queue") {
    const none = method === "GET" && !body.includes("<QueueMessage>") ? ", none there" : "";
    return `queue: ${method} messages${none}`;
  }
  if (service === "table") return `table: ${method} ${container.replace(/\(P.*/, "(row)")}`;
  const part = searchParams.get("comp") ?? rest.at(-1) ?? "";
  return `blob: ${method} ${container} ${part}`;
}
