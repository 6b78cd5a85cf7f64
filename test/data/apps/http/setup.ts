import { app } from "@azure/functions";

app.hook.log((context) => {
  context.message = context.message.replaceAll("Newton", "N.");
});
