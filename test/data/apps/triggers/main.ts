import { app, type InvocationContext, output } from "@azure/functions";

const connection = "AzureWebJobsStorage";
const logEvent = (context: InvocationContext, event: object) => context.log(`event ${JSON.stringify({ in: context.functionName, ...event })}`);

app.hook.appStart((context) => {
  context.hookData.started = true;
});
app.hook.preInvocation((context) => {
  context.hookData.before = true;
  if (context.invocationContext.functionName === "collect") context.inputs[0] = { hooked: context.inputs[0] };
});
app.hook.postInvocation((context) => {
  if (context.invocationContext.functionName === "forgiven") context.error = undefined;
});
app.hook.appTerminate((context) => console.log(`terminated after start: ${context.hookData.started}`));

const copies = output.storageQueue({ queueName: "%COPIES%", connection });
app.http("send", {
  methods: ["POST"],
  route: "send",
  extraOutputs: [copies],
  handler: async (request, context) => {
    context.extraOutputs.set(copies, await request.json());
    return { status: 202 };
  },
});
app.storageQueue("collect", {
  queueName: "%COPIES%",
  connection,
  handler: (message, context) => logEvent(context, { message, dequeueCount: context.triggerMetadata?.dequeueCount, id: context.triggerMetadata?.id }),
});

app.storageQueue("failing", {
  queueName: "failing",
  connection,
  handler: (_message, context) => {
    logEvent(context, { dequeueCount: context.triggerMetadata?.dequeueCount });
    throw new Error("always");
  },
});
app.storageQueue("retried", {
  queueName: "retried",
  connection,
  retry: { strategy: "fixedDelay", maxRetryCount: 1, delayInterval: 0 },
  handler: (_message, context) => {
    logEvent(context, { dequeueCount: context.triggerMetadata?.dequeueCount, retryCount: context.retryContext?.retryCount });
    throw new Error("always");
  },
} as Parameters<typeof app.storageQueue>[1]);
app.storageQueue("forgiven", {
  queueName: "forgiven",
  connection,
  handler: (_message, context) => {
    logEvent(context, {});
    throw new Error("forgiven by a hook");
  },
});
app.storageQueue("slow", {
  queueName: "slow",
  connection,
  handler: async (_message, context) => {
    logEvent(context, { begun: true, dequeueCount: context.triggerMetadata?.dequeueCount });
    await new Promise((resolve) => setTimeout(resolve, Number(process.env.SLOW_MS)));
    logEvent(context, { ended: true });
  },
});
app.storageQueue("nowhere", { queueName: "%NO_SUCH_SETTING%", connection, handler: () => {} });
app.timer("often", { schedule: "%OFTEN%", handler: (timer, context) => logEvent(context, { status: timer.scheduleStatus ?? null }) });
app.timer("yearly", { schedule: "0 0 0 1 1 *", handler: (timer, context) => logEvent(context, { isPastDue: timer.isPastDue }) });
