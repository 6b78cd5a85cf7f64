/** Normalizes a text to Unicode NFC, so that é, which can be one or two characters, has one encoding. */
export const toNfc = (text: string): string => text.normalize("NFC");
