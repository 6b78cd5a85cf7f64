/** Decodes the names of zip entries. */
import { isUtf8 } from "node:buffer";
import { crc32 } from "node:zlib";
import type { ZipEntry } from "./read-entries.ts";

const utf8Flag = 0x0800;

/** The characters of code page 437 from 0x80: the default encoding of names in a zip. */
const codePage437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐" +
  "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/**
 * The name of an entry as text. Bytes that are valid UTF-8 count as UTF-8 even without the UTF-8 flag, which macOS and
 * Info-ZIP (without a UTF-8 locale) do not set; other bytes are code page 437. Invalid bytes of a name that is flagged
 * as UTF-8 become U+FFFD.
 */
export function decodeName({
  rawName,
  flags,
  unicodePath,
}: Pick<ZipEntry, "rawName" | "flags" | "unicodePath">): string {
  const nameFromField = unicodeName(rawName, unicodePath);
  if (nameFromField !== undefined) return nameFromField;
  if ((flags & utf8Flag) !== 0 || isUtf8(rawName)) return rawName.toString("utf8");
  return Array.from(rawName, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : codePage437[byte - 0x80])).join("");
}

/**
 * The name in Info-ZIP's Unicode Path field: a version, the checksum of the raw name, and the name in UTF-8. Undefined
 * if the checksum does not match.
 */
function unicodeName(rawName: Buffer, field: Buffer | undefined): string | undefined {
  if (field === undefined || field.length < 5 || field[0] !== 1 || field.readUInt32LE(1) !== crc32(rawName))
    return undefined;
  return field.subarray(5).toString("utf8");
}
