import { connect, type Socket } from "node:net";

/** A connection for raw requests. */
export interface RawConnection {
  readonly socket: Socket;
  /** All bytes received so far. */
  text(): string;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
}

/** Connects to the host of `url` and sends `text`. */
export function rawRequest(url: string, text: string | Uint8Array): RawConnection {
  const { hostname, port } = new URL(url);
  let received = "";
  const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(text));
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    received += chunk;
  });
  socket.on("error", () => {});
  return { socket, text: () => received, closed: new Promise((resolve) => socket.once("close", () => resolve())) };
}
