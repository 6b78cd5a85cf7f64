/** Text of the name of a zip's entry. */
import { isUtf8 } from "node:buffer";
import { crc32 } from "node:zlib";
import type { ZipEntry } from "./read-entries.ts";

const utf8Flag = 0x0800;

/** The letters of code page 437 from 0x80, the encoding of names in the zip format. */
const codePage437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/**
 * The name as text. Info-ZIP without a UTF-8 locale, and macOS, write UTF-8 without its flag, so bytes that are valid UTF-8 are UTF-8,
 * and others are code page 437 as the format says. Bytes that are flagged as UTF-8 and are not become U+FFFD.
 */
export function decodeName({
  rawName,
  flags,
  unicodePath,
}: Pick<ZipEntry, "rawName" | "flags" | "unicodePath">): string {
  const given = unicodeName(rawName, unicodePath);
  if (given !== undefined) return given;
  if ((flags & utf8Flag) !== 0 || isUtf8(rawName)) return rawName.toString("utf8");
  return Array.from(rawName, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : codePage437[byte - 0x80])).join("");
}

/** Info-ZIP's Unicode Path: a version, the checksum of the name that it stands for, and the name. One for another name counts for nothing. */
function unicodeName(rawName: Buffer, field: Buffer | undefined): string | undefined {
  if (field === undefined || field.length < 5 || field[0] !== 1 || field.readUInt32LE(1) !== crc32(rawName))
    return undefined;
  return field.subarray(5).toString("utf8");
}
