/** The workspace and its computes. */
import { empty, json, type Reply } from "./request-and-reply.ts";
import type { ServerState } from "./state.ts";

export function getWorkspace({ root, workspace, workspaceGuid }: ServerState, origin: string): Reply {
  return json(200, {
    id: root,
    name: workspace.name,
    type: "Microsoft.MachineLearningServices/workspaces",
    location: "westus",
    tags: {},
    identity: { type: "SystemAssigned", principalId: workspaceGuid, tenantId: workspaceGuid },
    properties: {
      friendlyName: workspace.name,
      workspaceId: workspaceGuid,
      discoveryUrl: `${origin}/discovery`,
      mlFlowTrackingUri: `azureml://${origin.replace(/^https?:\/\//, "")}/mlflow/v1.0${root}`,
      provisioningState: "Succeeded",
      publicNetworkAccess: "Enabled",
    },
  });
}

/** For a missing compute, the reply is 404 without a body, as from Azure ML. */
export function getCompute({ computes, root }: ServerState, name: string): Reply {
  if (!computes.has(name)) return empty(404);
  const properties = {
    computeType: "AmlCompute",
    provisioningState: "Succeeded",
    properties: { vmSize: "STANDARD_DS3_V2", scaleSettings: { maxNodeCount: 4 } },
  };
  return json(200, {
    id: `${root}/computes/${name}`,
    name,
    type: "Microsoft.MachineLearningServices/workspaces/computes",
    location: "westus",
    properties,
  });
}
