import { app } from "@azure/functions";
import { asDownload, fileAnswer } from "../shared/api/file-answer.ts";
import { filePath, jobName } from "../shared/api/path-parameter.ts";
import { readQuery } from "../shared/api/read-query.ts";
import { readRange } from "../shared/api/read-range.ts";
import { readOutput } from "../shared/service/read-output.ts";
import { authLevel, respond, servicesFor } from "../shared/wiring.ts";

/** GET /api/jobs/{name}/outputs/{first}/{*rest} */
app.http("get-output", {
  methods: ["GET"],
  route: "api/jobs/{name}/outputs/{first}/{*rest}",
  authLevel,
  handler: respond(async (request, caller) => {
    readQuery(request, {});
    const range = readRange(request);
    const path = filePath(request);
    const content = await readOutput(await servicesFor(caller), jobName(request), path, range);
    return fileAnswer(request, content, { isRange: range !== undefined, headers: asDownload(path) });
  }),
});
