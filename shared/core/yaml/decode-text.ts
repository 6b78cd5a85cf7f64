/** Decodes UTF-8, and names the encoding of a text in another one. */
import { DocumentError } from "./document-error.ts";

export interface DecodedText {
  /** The text; if there is an error, with U+FFFD for every invalid byte. */
  readonly text: string;
  readonly error?: DocumentError;
}

export function decodeText(bytes: Uint8Array): DecodedText {
  const utf16 = utf16Name(bytes);
  if (utf16 !== undefined) {
    const message = `The text is encoded as ${utf16}; it must be UTF-8. Save the file as UTF-8.`;
    return { text: "", error: new DocumentError("invalid_encoding", message, 0) };
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const { offset, byteOffset } = firstInvalid(bytes, text);
    return { text, error: new DocumentError("invalid_encoding", messageOf(bytes, byteOffset), offset) };
  }
}

/** The name of UTF-16 if a text has its byte order mark, or a NUL in its first character, which YAML does not allow. */
function utf16Name([first, second]: Uint8Array): string | undefined {
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (!hasMark && (first === 0) === (second === 0)) return undefined;
  return first === 0xff || second === 0 ? "UTF-16 (little-endian)" : "UTF-16 (big-endian)";
}

/** The offset of the first invalid byte in the text and in the bytes. */
function firstInvalid(bytes: Uint8Array, text: string): { readonly offset: number; readonly byteOffset: number } {
  let byteOffset = 0;
  let from = 0;
  for (;;) {
    const offset = text.indexOf("\ufffd", from);
    byteOffset += Buffer.byteLength(text.slice(from, offset));
    // The text may contain U+FFFD itself, which is EF BF BD in UTF-8.
    const isValid = bytes[byteOffset] === 0xef && bytes[byteOffset + 1] === 0xbf && bytes[byteOffset + 2] === 0xbd;
    if (!isValid) return { offset, byteOffset };
    byteOffset += 3;
    from = offset + 1;
  }
}

function messageOf(bytes: Uint8Array, at: number): string {
  const [byte = 0, next = 0x80] = bytes.subarray(at, at + 2);
  const name = `0x${byte.toString(16).toUpperCase()}`;
  const mend = "Save the file as UTF-8.";
  // A byte of UTF-8 that is followed by another one is damaged UTF-8 and not another encoding.
  if (byte >= 0xc0 && next >= 0x80 && next < 0xc0) return `The bytes are not UTF-8: ${name} is not valid here. ${mend}`;
  if (byte < 0xa0) return `The byte ${name} is not UTF-8; the text is probably encoded as Windows-1252. ${mend}`;
  const char = String.fromCharCode(byte);
  return `The byte ${name} is not UTF-8; it is "${char}" in Latin-1 and Windows-1252. ${mend}`;
}
