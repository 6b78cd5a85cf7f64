import type { AzureMLServer } from "../../local/azureml-server/server.ts";

/** A request of the real client, without values that differ between runs. */
export interface RecordedRequest {
  /** Milliseconds since the server was started. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body?: unknown;
  readonly status: number;
}

/** The recorded requests of the client. */
export function toTranscript(server: AzureMLServer, started: number): readonly RecordedRequest[] {
  const plain = (text: string) =>
    text.replaceAll(server.state.workspaceGuid, "WORKSPACE_GUID").replaceAll(server.url, "SERVER");
  return server.requests.map(({ at, method, path, query, body, status }) => ({
    at: at - started,
    method,
    path: plain(path),
    query,
    ...(body === undefined ? {} : { body: JSON.parse(plain(JSON.stringify(body))) }),
    status,
  }));
}
