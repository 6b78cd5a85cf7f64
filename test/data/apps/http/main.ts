import { app, type HttpFunctionOptions, type HttpHandler, output } from "@azure/functions";

app.http("a-item", { methods: ["GET"], route: "items/{id}", handler: (request) => ({ body: `item ${request.params.id}` }) });
app.http("b-search", { methods: ["GET"], route: "items/search", handler: () => ({ body: "search" }) });
app.http("number", { methods: ["GET", "HEAD"], route: "numbers/{n:int}", handler: (request) => ({ body: `number ${request.params.n}` }) });

app.http("echo", {
  methods: ["GET", "POST", "DELETE"],
  route: "echo/{first?}",
  handler: async (request) => ({
    headers: { "X-Own": "function" },
    jsonBody: {
      method: request.method,
      url: request.url,
      params: request.params,
      query: Object.fromEntries(request.query),
      headers: Object.fromEntries(request.headers),
      user: request.user,
      body: await request.text(),
    },
  }),
});

let bodies = 0;
app.http("bodies", { methods: ["POST"], route: "bodies", handler: () => ({ body: String(++bodies) }) });
app.http("nothing", { methods: ["GET"], route: "nothing", handler: (() => undefined) as unknown as HttpHandler });
app.http("empty", { methods: ["GET"], route: "empty", handler: () => ({}) });
app.http("not-modified", { methods: ["GET"], route: "not-modified", handler: () => ({ status: 304, headers: { etag: '"1"' } }) });
app.http("cookies", { methods: ["GET"], route: "cookies", handler: () => ({ cookies: [{ name: "a", value: "1" }, { name: "b", value: "2" }] }) });
app.http("text-answer", { methods: ["GET"], route: "text-answer", handler: () => "not an object" as unknown as object });
app.http("throws", {
  methods: ["GET"],
  route: "throws",
  handler: () => {
    throw new Error("secret reason sig=abc");
  },
});
const lost = output.storageQueue({ queueName: "lost", connection: "NoSuchConnection" });
app.http("lost-output", {
  methods: ["GET"],
  route: "lost-output",
  extraOutputs: [lost],
  handler: (_request, context) => {
    context.extraOutputs.set(lost, "message");
    return { status: 201 };
  },
});
app.http("logs", {
  methods: ["GET"],
  route: "logs",
  handler: (_request, context) => {
    context.log("Isaac Newton");
    context.debug("not written");
    return {};
  },
});

let release = () => {};
let holding = 0;
const held = new Promise<void>((resolve) => {
  release = resolve;
});
app.http("hold", {
  methods: ["GET"],
  route: "hold",
  handler: async () => {
    holding += 1;
    await held;
    return { body: "released" };
  },
});
app.http("holding", { methods: ["GET"], route: "holding", handler: () => ({ body: String(holding) }) });
app.http("release", {
  methods: ["POST"],
  route: "release",
  handler: () => {
    release();
    return {};
  },
});

app.http("too-slow", {
  methods: ["GET"],
  route: "too-slow",
  handler: () => new Promise((resolve) => setTimeout(() => resolve({}), 60_000).unref()),
});

let attempts = 0;
const flaky = {
  methods: ["GET"],
  route: "flaky",
  // The library accepts a policy for every trigger, but its types allow it only for some.
  retry: { strategy: "fixedDelay", maxRetryCount: 2, delayInterval: { milliseconds: 0 } },
  handler: (_request, context) => {
    attempts += 1;
    if (attempts < 3) throw new Error(`failure ${attempts}`);
    return { jsonBody: context.retryContext };
  },
} satisfies HttpFunctionOptions & { retry: object };
app.http("flaky", flaky);

app.http("with-key", { methods: ["GET"], route: "with-key", authLevel: "function", handler: () => ({ body: "in" }) });
app.http("with-master", { methods: ["GET"], route: "with-master", authLevel: "admin", handler: () => ({ body: "in" }) });
app.http("switched-off", { methods: ["GET"], route: "switched-off", handler: () => ({ body: "on" }) });
app.http("z-everything", { methods: ["PATCH"], route: "{*everything}", handler: () => ({ status: 405 }) });
app.http("z-double", { methods: ["GET"], route: "nothing", handler: () => ({}) });
app.http("z-reserved", { methods: ["GET"], route: "admin/mine", handler: () => ({}) });
app.timer("by-hand", {
  schedule: "0 0 0 1 1 *",
  useMonitor: false,
  handler: (timer, context) => context.log(`by hand, past due: ${timer.isPastDue}`),
});
