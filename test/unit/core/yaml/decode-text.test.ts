import { expect, test } from "vitest";
import { decodeText } from "../../../../shared/core/yaml/decode-text.ts";

const ascii = (text: string): readonly number[] => [...text].map((char) => char.charCodeAt(0));

test.each([
  ["Latin-1", [...ascii("a: "), 0xfc, ...ascii("b")], 3, 'it is "ü" in Latin-1'],
  ["Windows-1252", [...ascii("a: "), 0x93, ...ascii("b")], 3, "probably encoded as Windows-1252"],
  ["Latin-1 after U+FFFD and é in UTF-8", [0xef, 0xbf, 0xbd, 0xc3, 0xa9, 0xe4, 0x20], 2, 'it is "ä" in Latin-1'],
  ["UTF-8 that ends within a character", [0x61, 0xe2, 0x82], 1, "0xE2 is not valid here"],
  ["a last character without its end", [0x61, 0xc3], 1, "0xC3 is not valid here"],
  ["UTF-16 with a mark", [0xff, 0xfe, 0x61, 0], 0, "UTF-16 (little-endian)"],
  ["big-endian UTF-16 with a mark", [0xfe, 0xff, 0, 0x61], 0, "UTF-16 (big-endian)"],
  ["UTF-16 without a mark", [0x61, 0, 0x62, 0], 0, "UTF-16 (little-endian)"],
  ["big-endian UTF-16 without a mark", [0, 0x61, 0, 0x62], 0, "UTF-16 (big-endian)"],
])("names the place and the encoding of %s", (_name, bytes, offset, words) => {
  const { error } = decodeText(Uint8Array.from(bytes));
  expect(error).toMatchObject({ code: "invalid_encoding", offset });
  expect(error?.message).toContain(words);
});

test("keeps U+FFFD and a byte order mark of UTF-8", () => {
  expect(decodeText(new TextEncoder().encode("\ufeffa\ufffd"))).toEqual({ text: "\ufeffa\ufffd" });
});
