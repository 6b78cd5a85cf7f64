import { app } from "@azure/functions";
import { asText, fileAnswer } from "../shared/api/file-answer.ts";
import { filePath, jobName } from "../shared/api/path-parameter.ts";
import { readQuery } from "../shared/api/read-query.ts";
import { readRange } from "../shared/api/read-range.ts";
import { readLogFile } from "../shared/service/read-log-file.ts";
import { authLevel, respond, servicesFor } from "../shared/wiring.ts";

/** GET /api/jobs/{name}/log_files/{first}/{*rest} */
app.http("get-log-file", {
  methods: ["GET"],
  route: "api/jobs/{name}/log_files/{first}/{*rest}",
  authLevel,
  handler: respond(async (request, caller) => {
    readQuery(request, {});
    const range = readRange(request);
    const content = await readLogFile(await servicesFor(caller), jobName(request), filePath(request), range);
    return fileAnswer(request, content, { isRange: range !== undefined, headers: asText });
  }),
});
