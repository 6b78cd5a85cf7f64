import { app, output } from "@azure/functions";

const connection = "AzureWebJobsStorage";
const seen: unknown[] = [];
const mirror = output.storageQueue({ queueName: "mirrored", connection });

app.http("hello", { methods: ["GET"], route: "api/hello/{name}", handler: (request) => ({ jsonBody: { hello: request.params.name } }) });
app.http("enqueue", {
  methods: ["POST"],
  route: "api/enqueue",
  extraOutputs: [mirror],
  handler: async (request, context) => {
    context.extraOutputs.set(mirror, await request.json());
    return { status: 202 };
  },
});
app.http("seen", { methods: ["GET"], route: "api/seen", handler: () => ({ jsonBody: seen }) });
app.storageQueue("collect", {
  queueName: "mirrored",
  connection,
  handler: (message, context) => {
    seen.push({ message, dequeueCount: context.triggerMetadata?.dequeueCount });
  },
});
app.timer("tick", { schedule: "* * * * * *", handler: () => void seen.push("tick") });
