/** The one form of texts that look the same: é may be one character or two. */
export const toNfc = (text: string): string => text.normalize("NFC");
