import { expect, test } from "vitest";
import { createTellTrouble } from "../../../shared/api/tell-trouble.ts";

const quiet = { due: 2, left: 0 };
const forbidden = { ...quiet, trouble: "Azure ML answered 403 (request 17)." };

/** What is told of these ticks. */
function toldOf(...reports: readonly Parameters<ReturnType<typeof createTellTrouble>>[0][]): readonly string[] {
  const lines: string[] = [];
  const tell = createTellTrouble();
  for (const report of reports) tell(report, { log: (line: string) => lines.push(`log ${line}`), warn: (line: string) => lines.push(`warn ${line}`) });
  return lines;
}

test("an outage that lasts is told of once, and once that it is over", () => {
  const told = toldOf(quiet, forbidden, { ...forbidden, trouble: "Azure ML answered 403 (request 18)." }, forbidden, quiet, quiet);
  expect(told).toEqual(["warn The backend could not be asked: Azure ML answered 403 (request 17).", "log The backend can be asked again."]);
});

test("another trouble is told of", () => {
  expect(toldOf(forbidden, { ...quiet, trouble: "No answer." })).toHaveLength(2);
});

test("a tick at which nothing was due, or the backend was left alone, says nothing of its end", () => {
  expect(toldOf(forbidden, { ...quiet, due: 0 }, { ...quiet, left: 2 }, forbidden)).toHaveLength(1);
});

test("of jobs of another backend it tells once, however many there are", () => {
  const others = (count: number) => ({ due: 0, left: 0, others: `Open jobs of the backend local: ${count}.` });
  expect(toldOf(others(2), others(2), quiet, others(1))).toEqual(["warn Open jobs of the backend local: 2."]);
});
