/** Measured values, the floors that they are compared with, and the table that they are printed in. */

export interface Figure {
  readonly bench: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** A lower bound in the same unit, measured in the same run. */
  readonly floor?: { readonly what: string; readonly value: number };
  /** Upper limit of the ratio to the floor; of the value if there is no floor. */
  readonly limit?: number;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The nearest-rank percentile, `p` from 0 to 100. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export function ratio({ value, floor }: Figure): number | undefined {
  return floor === undefined ? undefined : value / floor.value;
}

export function isWithin(figure: Figure): boolean {
  return figure.limit === undefined || (ratio(figure) ?? figure.value) <= figure.limit;
}

/** The figures as a Markdown table. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { bench, what, value, unit, floor, limit } = figure;
    const times = ratio(figure);
    return [
      bench,
      what,
      `${round(value)} ${unit}`,
      floor === undefined ? "" : `${round(floor.value)} ${unit} (${floor.what})`,
      times === undefined ? "" : `${times.toFixed(2)}`,
      limit === undefined ? "" : `${limit}${isWithin(figure) ? "" : " (missed)"}`,
    ];
  });
  const all = [["bench", "measurement", "result", "baseline", "ratio", "limit"], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(all[0] ?? []), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.map(line)].join(
    "\n",
  );
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(3);
}
