/** Which workspace jobs go to, and how it is reached. */
export interface Workspace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  /** Azure Resource Manager, e.g. `https://management.azure.com`. */
  readonly armUrl: string;
  /** The regional data plane, e.g. `https://westus.api.azureml.ms`; without it, it is asked for once. */
  readonly dataUrl?: string;
  /** Whom tokens are for; the data plane takes the same ones. */
  readonly audience: string;
  /** The studio, whom the second token of pipelines is for. */
  readonly studioUrl: string;
  readonly apiVersion: string;
}

type WorkspaceName = Pick<Workspace, "subscriptionId" | "resourceGroup" | "name">;

/** The ARM id of the workspace. */
export function workspaceId({ subscriptionId, resourceGroup, name }: WorkspaceName): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/${name}`;
}
