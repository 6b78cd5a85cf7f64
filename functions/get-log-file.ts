import { app } from "@azure/functions";
import { fileAnswer } from "../shared/api/file-answer.ts";
import { pathParameter } from "../shared/api/path-parameter.ts";
import { readQuery } from "../shared/api/read-query.ts";
import { readRange } from "../shared/api/read-range.ts";
import { readLogFile } from "../shared/service/read-log-file.ts";
import { authLevel, respond, services } from "../shared/wiring.ts";

/** GET /api/jobs/{name}/log_files/{first}/{*rest} */
app.http("get-log-file", {
  methods: ["GET"],
  route: "api/jobs/{name}/log_files/{first}/{*rest}",
  authLevel,
  handler: respond(async (request) => {
    readQuery(request, {});
    const path = [pathParameter(request, "first"), pathParameter(request, "rest")].filter((part) => part !== "").join("/");
    const range = readRange(request.headers.get("range"));
    return fileAnswer(await readLogFile(services(), pathParameter(request, "name"), path, range), range !== undefined);
  }),
});
