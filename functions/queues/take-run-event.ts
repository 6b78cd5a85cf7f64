import { app } from "@azure/functions";
import { takeRunEvent } from "../../shared/service/lifecycle/take-run-event.ts";
import { services } from "../../shared/wiring.ts";

/** Schedules an early poll of the job that an Azure ML event is about. Event Grid delivers the events to the queue. */
app.storageQueue("take-run-event", {
  queueName: "azureml-events",
  connection: "AzureWebJobsStorage",
  handler: async (message) => void (await takeRunEvent(await services(), message)),
});
