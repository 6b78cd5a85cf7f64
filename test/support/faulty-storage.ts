/** A storage account behind TCP proxies that simulate faults. */
import { startTestAzurite } from "./azurite.ts";
import { type Fault, startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

export interface FaultyStorage {
  /** Connects through the proxies. */
  readonly connectionString: string;
  /** Connects directly to the account. */
  readonly directConnectionString: string;
  readonly lines: Readonly<Record<"blob" | "queue" | "table", TcpProxy>>;
  setAll(fault: Fault): Promise<void>;
  /** How often the fault has happened on all proxies. */
  faultCount(): number;
  stop(): Promise<void>;
}

export async function startFaultyStorage(): Promise<FaultyStorage> {
  const azurite = await startTestAzurite();
  const portOf = (uri: string) => Number(new URL(uri).port);
  const { blobUri, queueUri, tableUri, connectionString } = azurite;
  const [blob, queue, table] = await Promise.all(
    [blobUri, queueUri, tableUri].map((uri) => startTcpProxy(portOf(uri))),
  );
  if (blob === undefined || queue === undefined || table === undefined) throw new Error("A line is missing.");
  const lines = { blob, queue, table };
  const all = Object.values(lines);
  return {
    connectionString: [
      [blobUri, blob],
      [queueUri, queue],
      [tableUri, table],
    ].reduce(
      (text, [uri, line]) => text.replace(`:${portOf(uri as string)}/`, `:${(line as TcpProxy).port}/`),
      connectionString,
    ),
    directConnectionString: connectionString,
    lines,
    async setAll(fault) {
      await Promise.all(all.map((line) => line.set(fault)));
    },
    faultCount: () => all.reduce((sum, line) => sum + line.faultCount, 0),
    async stop() {
      await Promise.all(all.map((line) => line.stop()));
      await azurite.stop();
    },
  };
}
