/** A text in NFC, in which é, which can be one character or two, has only one form. */
export const toNfc = (text: string): string => text.normalize("NFC");
