/** A share as text, e.g. `all 12` or `11 of 12 (91.7 %)`; empty if there is nothing to share. */
export function share(part: number, whole: number): string {
  if (whole === 0) return "";
  return part === whole ? `all ${whole}` : `${part} of ${whole} (${((100 * part) / whole).toFixed(1)} %)`;
}
