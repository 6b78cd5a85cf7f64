/** Clients that send incomplete forms. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { multipartForm } from "./multipart-form.ts";
import { rawRequest } from "./raw-http.ts";
import { until } from "./until.ts";

/**
 * Sends forms: half of them end in the middle of their bundle, and half end without their final boundary.
 * @param atWork returns the temporary folders of the calls in progress.
 * @throws Error unless a form without its end is rejected with 400.
 */
export async function sendUnfinishedForms(url: string, atWork: () => readonly string[], count: number): Promise<void> {
  const { body, type } = multipartForm([
    { name: "job", content: "command: ls" },
    { name: "bundle", content: randomBytes(200_000), fileName: "bundle.zip", type: "application/zip" },
  ]);
  const head = (length: number) =>
    `POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`;
  const before = new Set(atWork());
  const broken = await Promise.all(
    Array.from({ length: count / 2 }, async () => {
      const { socket } = rawRequest(url, head(body.length));
      // The head is sent before the body.
      await once(socket, "connect");
      socket.write(body.subarray(0, 100_000));
      return socket;
    }),
  );
  // The clients disconnect while their calls are processed.
  await until(atWork, (names) => names.filter((name) => !before.has(name)).length >= count / 2);
  for (const socket of broken) socket.destroy();
  const cut = body.subarray(0, 186);
  const answers = Array.from({ length: count / 2 }, async () => {
    const { closed, text } = rawRequest(url, `${head(cut.length)}${cut}`);
    await closed;
    if (!text().startsWith("HTTP/1.1 400 "))
      throw new Error(`A form without an end was answered with ${text().slice(0, 300)}`);
  });
  await Promise.all(answers);
}
