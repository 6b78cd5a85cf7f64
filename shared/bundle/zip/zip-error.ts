/** Thrown for bytes that are not a valid zip. The message follows "The bundle is not a zip that can be read: ". */
export class ZipError extends Error {
  override readonly name = "ZipError";
}
