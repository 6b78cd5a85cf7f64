/** Requests whose client disconnects, in all possible ways. */
import { once } from "node:events";
import { type RawConnection, rawRequest } from "./raw-http.ts";
import { until } from "./until.ts";

/** Raw requests to an app, for each way to abort a request. */
export interface AbortableRequests {
  /** Receives a response at once. */
  readonly get: string;
  readonly head: string;
  /** Receives a response after a minute. */
  readonly wait: string;
  /** Is rejected before its body has been sent completely. */
  readonly refused: string;
  /** Half of an upload. */
  readonly halfSent: string;
  /** Half of a form. */
  readonly form: string;
  /** Has a response larger than the buffers of a connection. */
  readonly download: string;
}

interface Drop {
  readonly text: string;
  /** Waits until the client disconnects; by default it does so when the request has been sent. */
  readonly until?: (connection: RawConnection) => Promise<unknown>;
  readonly leave: (connection: RawConnection) => unknown;
}

const close = ({ socket }: RawConnection) => socket.destroy();
const reset = ({ socket }: RawConnection) => socket.resetAndDestroy();
const answered = ({ text }: RawConnection) => until(text, (answer) => answer.includes("HTTP/1.1 "), 5000, 5);

async function stopReading(connection: RawConnection): Promise<void> {
  await answered(connection);
  connection.socket.pause();
}

async function closeHalf({ socket, closed }: RawConnection): Promise<void> {
  socket.end();
  await closed;
}

/** All ways to abort a request, by name. */
export function waysToAbort(requests: AbortableRequests): Readonly<Record<string, Drop>> {
  return {
    "a GET": { text: requests.get, leave: close },
    "a HEAD": { text: requests.head, leave: close },
    "a long poll": { text: requests.wait, leave: close },
    "a long poll that is reset": { text: requests.wait, leave: reset },
    "a long poll whose client closes its half": { text: requests.wait, leave: closeHalf },
    "a refused upload": { text: requests.refused, until: answered, leave: close },
    "a refused upload that is reset": { text: requests.refused, until: answered, leave: reset },
    "half of an upload": { text: requests.halfSent, leave: close },
    "half of an upload that is reset": { text: requests.halfSent, leave: reset },
    "a form that is broken off": { text: requests.form, leave: close },
    "a download that nobody reads": { text: requests.download, until: stopReading, leave: close },
    "a download that is reset": { text: requests.download, until: stopReading, leave: reset },
    "five pipelined calls": { text: requests.get + requests.wait.repeat(3) + requests.halfSent, leave: close },
  };
}

/** Sends and aborts `count` requests, at most `atOnce` concurrently. */
export async function abortRequests(url: string, drop: Drop, count: number, atOnce: number): Promise<void> {
  let begun = 0;
  const client = async () => {
    while (begun < count) {
      begun += 1;
      const connection = rawRequest(url, drop.text);
      if (connection.socket.connecting) await Promise.race([once(connection.socket, "connect"), connection.closed]);
      await drop.until?.(connection);
      await drop.leave(connection);
      await connection.closed;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
}

/**
 * Opens one upload more than the host allows concurrently.
 * @returns the number of `places` that were not available; -1 if the host allows more.
 */
export async function countLostSlots(url: string, halfSent: string, places: number): Promise<number> {
  // The host responds to each request with 100 Continue, and then waits for the body.
  const upload = halfSent.replace("\r\n", "\r\nExpect: 100-continue\r\n");
  const held = Array.from({ length: places + 1 }, () => rawRequest(url, upload));
  try {
    await until(
      () => held.filter(({ text }) => text() === "").length,
      (unseen) => unseen === 0,
    );
    return held.filter(({ text }) => text().includes("HTTP/1.1 429 ")).length - 1;
  } finally {
    for (const { socket } of held) socket.destroy();
    await Promise.all(held.map(({ closed }) => closed));
  }
}
