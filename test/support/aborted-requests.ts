/** Calls whose client goes away, in every way in which a client can go. */
import { once } from "node:events";
import { type RawConnection, rawRequest } from "./raw-http.ts";
import { until } from "./until.ts";

/** Requests of one app that suit the kinds of drops, as they go over the wire. */
export interface AbortableRequests {
  /** Answered at once. */
  readonly get: string;
  readonly head: string;
  /** Answered a minute later. */
  readonly wait: string;
  /** Refused before all of its body was sent. */
  readonly refused: string;
  /** Half of an upload. */
  readonly halfSent: string;
  /** Half of a form. */
  readonly form: string;
  /** Answered with more than a connection buffers. */
  readonly download: string;
}

interface Drop {
  readonly text: string;
  /** Waits for the moment in which the client leaves; leaves as soon as the request is sent if not given. */
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

/** Each way to drop a call, by its name. */
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

/** Opens and drops `count` calls, at most `atOnce` at a time. */
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
 * Holds as many requests as the host lets in, by uploads that it waits for, and one more.
 * @returns how many of its `places` were not to be had; -1 if it lets in more than that.
 */
export async function countLostSlots(url: string, halfSent: string, places: number): Promise<number> {
  // The host says that it has seen a request by 100 Continue, though it then waits for the body.
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
