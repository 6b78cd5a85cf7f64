import { existsSync, readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import {
  getJob,
  getLog,
  jobYaml,
  runToEnd,
  submit,
  waitForEnd,
  waitForLog,
  waitForStatus,
  yaml,
} from "../support/job-client.ts";
import { openJobRows } from "../support/read-storage.ts";
import { send } from "../support/send.ts";
import {
  dataFolder,
  type Program,
  removeData,
  runProgram,
  runScript,
  type ServiceProcess,
  startOn,
} from "../support/service-process.ts";
import { until } from "../support/until.ts";

const folders: string[] = [];
const running: ServiceProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.kill()));
  await Promise.all(folders.splice(0).map(removeData));
});

async function folder(): Promise<string> {
  const data = await dataFolder();
  folders.push(data);
  return data;
}

async function start(data: string): Promise<ServiceProcess> {
  const service = await startOn(data);
  running.push(service);
  return service;
}

/** A program that is expected to end by itself. */
function ending(program: Program): Program {
  onTestFinished(() => void program.child.kill("SIGKILL"));
  return program;
}

describe("npm start", () => {
  test("--help prints the options and exits with 0", async () => {
    const { ended: end, output } = ending(runProgram("npm", ["start", "--silent", "--", "--help"]));
    expect(await end).toMatchObject({ code: 0 });
    for (const word of ["--port", "--data", "--help"]) expect(output()).toContain(word);
  });

  test("prints the routes and a curl command that works as printed, and SIGTERM to npm stops the service", async () => {
    const data = await folder();
    const program = ending(runProgram("npm", ["start", "--", "--port", "0", "--data", data]));
    await until(program.output, (text) => text.includes("Stop it with"), 90_000);
    expect(program.output()).toContain(`Starting Azurite and the Functions host with the data folder ${data} ...`);
    for (const call of ["POST   /api/jobs", "PUT    /api/jobs/{name}", "DELETE /api/jobs/{name}", "/api/health"])
      expect(program.output()).toContain(call);
    const [, curl = ""] = /^ *curl (.*)$/m.exec(program.output()) ?? [];
    const tried = ending(runProgram("bash", ["-c", `curl --silent --show-error ${curl}`]));
    expect(await tried.ended).toMatchObject({ code: 0 });
    expect(JSON.parse(tried.output())).toMatchObject({ display_name: "hello-world", status: "NotStarted" });

    const [, url = ""] = /runs at (\S+)/.exec(program.output()) ?? [];
    program.child.kill("SIGTERM");
    await program.ended;
    await until(
      () => answers(url),
      (does) => !does,
    );
    expect(program.output()).toContain("Stopping. Running jobs continue");
  });

  test.each([
    [["--port", "http"], "--port http: must be a number from 0 to 65535."],
    [["--port", "65536"], "--port 65536: must be a number from 0 to 65535."],
    [["--prot", "1"], "Unknown option '--prot'. List the options with: npm start -- --help"],
    [["--port", "0", "--data", "/proc/none"], "The folder /proc/none cannot be used: "],
  ])("rejects %j with the reason", async (args, message) => {
    const { ended: end, output } = ending(runScript("local/start.ts", args));
    expect(await end).toMatchObject({ code: 1 });
    expect(output()).toContain(message);
    expect(output()).not.toContain("    at ");
  });

  test.each(["local/start.ts", "local/demo.ts"])(
    "%s rejects a folder whose path needs quotes, and does not create it",
    async (script) => {
      const data = join(await folder(), "my jobs");
      const { ended: end, output } = ending(runScript(script, ["--data", data]));
      expect(await end).toMatchObject({ code: 1 });
      expect(output()).toContain(
        `The folder ${data}/jobs cannot be used for jobs, because their commands contain its path without quotes.`,
      );
      expect(existsSync(data)).toBe(false);
    },
  );

  test("reports a port that is in use and how to choose another", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const { ended: end, output } = ending(
      runScript("local/start.ts", ["--port", String(port), "--data", await folder()]),
    );
    expect(await end).toMatchObject({ code: 1 });
    expect(output()).toMatch(new RegExp(`Port ${port} is in use.*--port`));
    expect(output()).not.toContain("    at ");
  });
});

describe("a killed Azurite", () => {
  test("is restarted, which is logged even with --quiet, and jobs are accepted again", async () => {
    const data = await folder();
    const service = await startOn(data, ["--quiet"]);
    running.push(service);
    const { pid } = JSON.parse(readFileSync(join(data, "azurite/azurite.json"), "utf8")) as { readonly pid: number };
    process.kill(pid, "SIGKILL");
    await until(service.output, (text) => text.includes("Azurite was restarted."), 20_000);
    expect(service.output()).toMatch(/warning: Azurite ended unexpectedly \(SIGKILL\)/);
    const { name } = await submit(service.url, jobYaml("true"));
    expect(await waitForEnd(service.url, name)).toMatchObject({ status: "Completed" });
  });
});

describe("several services", () => {
  test("run side by side, each with its own jobs; a second service on the same folder is rejected", async () => {
    const [one, two] = await Promise.all([folder().then(start), folder().then(start)]);
    const { name } = await submit(one.url, jobYaml("true"));
    expect(await waitForEnd(one.url, name)).toMatchObject({ status: "Completed" });
    expect(await send(two.url, `GET /api/jobs/${name}`)).toMatchObject({ status: 404 });

    const { ended: end, output } = ending(runScript("local/start.ts", ["--port", "0", "--data", one.data]));
    expect(await end).toMatchObject({ code: 1 });
    expect(output()).toContain(`in use by the service at ${one.url}`);
    expect(await getJob(one.url, name)).toMatchObject({ status: "Completed" });
  });
});

test("runs one of two simultaneous starts on one folder, and the other reports its process", async () => {
  const data = await folder();
  const both = await Promise.allSettled([start(data), start(data)]);
  const [runs] = both.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const [refused] = both.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as Error] : []));
  expect(refused?.message).toMatch(new RegExp(`process ${runs?.child.pid}\\).*--data`));
  expect(await runToEnd(runs?.url ?? "", jobYaml("true"))).toMatchObject({ status: "Completed" });
});

describe("a stop and a new start on the same folder", () => {
  test("SIGTERM waits for a request in progress and exits with 0; the next start has all jobs and logs", async () => {
    const data = await folder();
    const first = await start(data);
    const { name } = await submit(first.url, jobYaml("echo kept", "name: kept\n"));
    await waitForEnd(first.url, name);
    const log = (await getLog(first.url, name)).text;

    const body = jobYaml("echo late", "name: late\n");
    const late = await halfSent(first.url, body);
    const end = first.stop();
    await until(
      () => answers(first.url),
      (does) => !does,
    );
    expect(await late.finish()).toMatch(/^HTTP\/1\.1 201 /);
    expect(await end).toEqual({ code: 0, signal: null });

    const second = await start(data);
    expect(await getJob(second.url, "kept")).toMatchObject({ status: "Completed" });
    expect((await getLog(second.url, "kept")).text).toBe(log);
    expect(await waitForEnd(second.url, "late")).toMatchObject({ status: "Completed" });
    expect(
      (await send(second.url, "GET /api/jobs")).json<{ value: { name: string }[] }>().value.map((job) => job.name),
    ).toEqual(["late", "kept"]);
  });

  test("after SIGKILL during a job, the next start tracks the job to its end, and its command ran once", async () => {
    const data = await folder();
    const first = await start(data);
    const count = join(data, "count");
    const { name } = await submit(
      first.url,
      jobYaml(`echo run >> ${count}; echo begun; until test -e ${data}/go; do sleep 0.05; done; echo done`),
    );
    await waitForLog(first.url, name, "begun");
    expect(await first.kill()).toMatchObject({ signal: "SIGKILL" });

    const second = await start(data);
    await waitForStatus(second.url, name, "Running");
    await ending(runProgram("touch", [join(data, "go")])).ended;
    expect(await waitForEnd(second.url, name)).toMatchObject({ status: "Completed" });
    expect((await getLog(second.url, name)).text).toMatch(/^begun\ndone\n\[jobgate\] The job is Completed\.$/m);
    expect(readFileSync(count, "utf8")).toBe("run\n");
    await until(
      () => openJobRows(data),
      (rows) => rows.length === 0,
      // If the poll changed the row at the same moment, only healing deletes it, a minute later.
      100_000,
    );
  });

  test("after SIGKILL right after submissions, every acknowledged job completes exactly once", async () => {
    const data = await folder();
    const first = await start(data);
    const count = join(data, "count");
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        send(first.url, `PUT /api/jobs/job-${index}`, { headers: yaml, body: jobYaml(`echo ${index} >> ${count}`) }),
      ),
    );
    await first.kill();
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));

    const second = await start(data);
    for (const index of answers.keys())
      expect(await waitForEnd(second.url, `job-${index}`)).toMatchObject({ status: "Completed" });
    expect(readFileSync(count, "utf8").trim().split("\n").sort()).toEqual(answers.map((_, index) => String(index)));
  });
});

async function answers(url: string): Promise<boolean> {
  return send(url, "GET /api/health").then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** Sends a submission without its last byte; `finish` sends it and returns the raw response. */
async function halfSent(url: string, body: string): Promise<{ finish(): Promise<string> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let answer = "";
  const closed = new Promise<void>((resolve, reject) => {
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      answer += chunk;
    });
    socket.once("close", () => resolve());
    socket.once("error", reject);
  });
  const head = [
    `POST /api/jobs HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    "Connection: close",
    "Content-Type: application/yaml",
    `Content-Length: ${body.length}`,
  ];
  await new Promise((resolve) => socket.write(`${head.join("\r\n")}\r\n\r\n${body.slice(0, -1)}`, resolve));
  // When a later request is answered, the server has read the first part of this one.
  await send(url, "GET /api/health");
  return {
    async finish() {
      socket.write(body.slice(-1));
      await closed;
      return answer;
    },
  };
}
