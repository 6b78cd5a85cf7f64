import { isErrorResponse } from "./storage-refusal.ts";

/** Runs a write. If its container, table or queue is missing, creates it and runs the write again. */
export async function createParentIfMissing<T>(
  createParent: () => Promise<unknown>,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isErrorResponse(error, 404) || !/^(Container|Table|Queue)NotFound$/.test(error.code ?? "")) throw error;
  }
  await createParent();
  return write();
}
