/** Runs an action. An error is reported instead of thrown; false if there was one. */
export async function reportFailure(
  { onError }: { readonly onError: (error: unknown, name: string) => void },
  name: string,
  action: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    onError(error, name);
    return false;
  }
}
