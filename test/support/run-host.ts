/** Runs a host in a separate process. The first message contains its options; the reply contains its URL. */
import { type HostOptions, startHost } from "../../local/host/start-host.ts";

const send = (message: object) => process.send?.(message);

async function serve(options: Omit<HostOptions, "log">): Promise<void> {
  const host = await startHost({ ...options, log: (line) => send({ line }) });
  process.once("SIGTERM", () => {
    void host.stop().then(() => process.exit(0));
  });
  process.once("disconnect", () => process.exit(1));
  send({ url: host.url });
}

process.once("message", (options: HostOptions) => {
  serve(options).catch((error: Error) => {
    send({ failure: error.message });
    process.exit(1);
  });
});
