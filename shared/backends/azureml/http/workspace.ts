/** The workspace that jobs are submitted to, and its addresses. */
export interface Workspace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  /** Azure Resource Manager, e.g. `https://management.azure.com`. */
  readonly armUrl: string;
  /** The regional data plane, e.g. `https://westus.api.azureml.ms`; read once from the workspace if missing. */
  readonly dataUrl?: string;
  /** Audience of the tokens for Azure Resource Manager and the data plane. */
  readonly audience: string;
  /** Audience of the second token, which pipelines are submitted with. */
  readonly studioUrl: string;
  readonly apiVersion: string;
}

type WorkspaceName = Pick<Workspace, "subscriptionId" | "resourceGroup" | "name">;

/** The ARM id of the workspace. */
export function workspaceId({ subscriptionId, resourceGroup, name }: WorkspaceName): string {
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  return `${group}/providers/Microsoft.MachineLearningServices/workspaces/${name}`;
}
