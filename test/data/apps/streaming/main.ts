import { app, type HttpFunctionOptions, type HttpHandler } from "@azure/functions";

app.setup({ enableHttpStream: true });

app.http("echo", {
  methods: ["POST"],
  route: "echo/{name}",
  handler: (request) => ({
    status: 201,
    headers: { "content-type": "application/octet-stream", "x-url": request.url, "x-params": encodeURIComponent(JSON.stringify(request.params)), "x-user": JSON.stringify(request.user) },
    body: request.body,
  }),
});

const steps: (() => void)[] = [];
app.http("follow", {
  methods: ["GET"],
  route: "follow",
  handler: async () => ({
    headers: { "content-type": "text/event-stream" },
    body: (async function* () {
      for (const word of ["one", "two"]) {
        yield Buffer.from(`data: ${word}\n\n`);
        await new Promise<void>((resolve) => steps.push(resolve));
      }
    })(),
  }),
});
app.http("step", {
  methods: ["POST"],
  route: "step",
  handler: () => {
    steps.shift()?.();
    return { body: "stepped" };
  },
});

app.http("throws", {
  methods: ["GET", "POST"],
  route: "throws",
  handler: () => {
    throw new Error("no");
  },
});
app.http("throws-late", {
  methods: ["GET"],
  route: "throws-late",
  handler: () => ({
    body: (async function* () {
      yield Buffer.from("half");
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new Error("no");
    })(),
  }),
});
app.http("nothing", { methods: ["GET"], route: "nothing", handler: (() => undefined) as unknown as HttpHandler });
app.http("cookies", { methods: ["GET", "HEAD"], route: "cookies", handler: () => ({ cookies: [{ name: "a", value: "1" }, { name: "b", value: "2" }] }) });

const held = new Set<() => void>();
app.http("hold", {
  methods: ["GET"],
  route: "hold",
  handler: async () => {
    await new Promise<void>((resolve) => held.add(resolve));
    return { body: "held" };
  },
});
app.http("release", {
  methods: ["POST"],
  route: "release",
  handler: () => {
    for (const release of held) release();
    held.clear();
    return { body: "released" };
  },
});
app.http("refuse", { methods: ["POST"], route: "refuse", handler: () => ({ status: 415, body: "no" }) });
app.http("form", { methods: ["POST"], route: "form", handler: async (request) => ({ body: [...(await request.formData()).keys()].join() }) });
app.http("length", { methods: ["POST"], route: "length", handler: async (request) => ({ body: String((await request.arrayBuffer()).byteLength) }) });
app.http("large", { methods: ["GET"], route: "large", handler: () => ({ body: Buffer.alloc(8_000_000, "x") }) });

let attempts = 0;
const flaky = {
  methods: ["POST"],
  route: "flaky",
  // The library accepts a policy for every trigger, but its types allow it only for some.
  retry: { strategy: "fixedDelay", maxRetryCount: 1, delayInterval: { milliseconds: 0 } },
  handler: () => {
    attempts += 1;
    if (attempts % 2 === 1) throw new Error("The first attempt fails.");
    return { body: "done" };
  },
} satisfies HttpFunctionOptions & { retry: object };
app.http("flaky", flaky);
