/** The one form of texts that look the same: é may be one character or two. */
export const oneForm = (text: string): string => text.normalize("NFC");
