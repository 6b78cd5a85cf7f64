/** Thrown where the bytes of a zip are not those of a zip. The message follows "the zip cannot be read: ". */
export class ZipError extends Error {
  override readonly name = "ZipError";
}
