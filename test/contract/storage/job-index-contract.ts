import { describe, expect, test } from "vitest";
import type { IndexEntry, IndexQuery, JobIndex } from "../../../shared/core/ports/job-index.ts";
import { defined } from "../../../shared/lib/defined.ts";
import { sampleEntry } from "../../support/samples.ts";

/** A time in 2026, by day of the year. */
const day = (at: number) => new Date(Date.UTC(2026, 0, at, 12));
const on = (at: number) => ({ created_at: day(at).toISOString() });

/** The names that a query finds, page by page. */
async function pagesOf(index: JobIndex, query: IndexQuery): Promise<string[][]> {
  const pages: string[][] = [];
  let continuation: string | undefined;
  do {
    const page = await index.query({ ...query, ...defined({ continuation }) });
    pages.push(page.entries.map(({ name }) => name));
    continuation = page.continuation;
  } while (continuation !== undefined && pages.length < 100);
  return pages;
}

async function filled(create: () => JobIndex, entries: readonly IndexEntry[]): Promise<JobIndex> {
  const index = create();
  await Promise.all(entries.map((entry) => index.put(entry)));
  return index;
}

/** Contract of every JobIndex. @param create returns an empty one. */
export function jobIndexContract(adapter: string, create: () => JobIndex): void {
  describe(`index: ${adapter}`, () => {
    describe("one entry", () => entryContract(create));
    describe("queries", () => queryContract(create));
    describe("pages", () => pageContract(create));
  });
}

function entryContract(create: () => JobIndex): void {
  const full = sampleEntry("iris", {
    ...on(3),
    display_name: "Iris's job",
    description: "ü 🙂\r\n\u2028",
    compute: "cpu",
    started_at: day(4).toISOString(),
    finished_at: day(5).toISOString(),
    tags: { owner: "me", empty: "", none: null, "it's": "o'k" },
    archived: true,
    error: { code: "command_failed", message: "exit 3" },
    notice: { code: "unreachable", message: "No answer.", since: "2026-03-01T12:00:00.000Z" },
    revision: 5,
  });

  test("a missing entry is undefined", async () => {
    expect(await create().get("iris", full.created_at)).toBeUndefined();
  });

  test("an entry is read as it was written", async () => {
    const index = await filled(create, [full]);
    expect(await index.get("iris", full.created_at)).toEqual(full);
    expect((await index.query({ limit: 1 })).entries).toEqual([full]);
  });

  test("an entry with texts of the maximum length is read as it was written", async () => {
    // Letters only: Azurite spoils others where a long body is torn; index-row.test.ts has them.
    const tags = Object.fromEntries(
      Array.from({ length: 50 }, (_, at) => [`${at}-${"k".repeat(200)}`, "v".repeat(1000)]),
    );
    const long = sampleEntry("iris", { description: "d".repeat(200_000), display_name: '"'.repeat(40_000), tags });
    const index = await filled(create, [long]);
    const { tags: found, ...rest } = (await index.get("iris", long.created_at)) ?? sampleEntry("");
    // Not `toEqual` on the texts, which would print them.
    expect([rest.description === long.description, rest.display_name === long.display_name]).toEqual([true, true]);
    expect(JSON.stringify(found) === JSON.stringify(tags)).toBe(true);
  });

  test.each([
    ["a newer revision takes the place of an older one", [1, 2], 2],
    ["an older revision changes nothing", [3, 2], 3],
    ["the same revision changes nothing", [2, 2], 2],
    ["the first revision changes nothing when a newer one exists", [2, 1], 2],
  ])("%s", async (_, revisions, expected) => {
    const index = create();
    for (const [at, revision] of revisions.entries())
      await index.put(sampleEntry("iris", { revision, status: `put ${at}` }));
    expect(await index.get("iris", sampleEntry("iris").created_at)).toMatchObject({
      revision: expected,
      status: `put ${revisions.indexOf(expected)}`,
    });
  });

  test("of revisions written concurrently the newest stays", async () => {
    const index = create();
    await Promise.all([3, 1, 5, 2, 4].map((revision) => index.put(sampleEntry("iris", { revision }))));
    expect((await index.get("iris", sampleEntry("iris").created_at))?.revision).toBe(5);
  });

  test("a field that a newer revision lacks is removed", async () => {
    const index = await filled(create, [full]);
    const { display_name: _, description: __, ...rest } = full;
    await index.put({ ...rest, revision: 6 });
    expect(await index.get("iris", full.created_at)).toEqual({ ...rest, revision: 6 });
  });

  test("deleting an entry twice succeeds", async () => {
    const index = await filled(create, [full]);
    await index.delete("iris", full.created_at);
    await index.delete("iris", full.created_at);
    expect(await index.get("iris", full.created_at)).toBeUndefined();
  });
}

function queryContract(create: () => JobIndex): void {
  test("an empty index has one empty page", async () => {
    expect(await create().query({ limit: 10 })).toEqual({ entries: [] });
  });

  test("entries are sorted newest first, across months and years", async () => {
    const index = await filled(create, [
      sampleEntry("b", on(40)),
      sampleEntry("a", on(-3)),
      sampleEntry("d", on(41)),
      sampleEntry("c", on(400)),
    ]);
    expect(await pagesOf(index, { limit: 10 })).toEqual([["c", "d", "b", "a"]]);
  });

  const entries = [
    sampleEntry("one", { ...on(1), status: "Completed", compute: "cpu", tags: { a: "1" } }),
    sampleEntry("two", { ...on(2), type: "sweep", experiment_name: "it's", owner: "key" }),
    sampleEntry("three", { ...on(35), status: "Completed", archived: true, created_by: "ann" }),
  ];
  const cases: readonly [Omit<IndexQuery, "limit">, string[]][] = [
    [{}, ["three", "two", "one"]],
    [{ statuses: ["Completed"] }, ["three", "one"]],
    [{ statuses: ["Completed", "Running", "it's"] }, ["three", "two", "one"]],
    [{ active: true }, ["two"]],
    [{ active: false }, ["three", "one"]],
    [{ active: true, statuses: ["Completed"] }, []],
    [{ type: "sweep" }, ["two"]],
    [{ compute: "cpu" }, ["one"]],
    [{ experiment_name: "it's" }, ["two"]],
    [{ experiment_name: "' or 1 eq 1 or '" }, []],
    [{ owner: "key" }, ["two"]],
    [{ created_by: "ann" }, ["three"]],
    [{ archived: true }, ["three"]],
    [{ archived: false, statuses: ["Completed"] }, ["one"]],
    [{ created_after: day(1) }, ["three", "two"]],
    [{ created_before: day(35) }, ["two", "one"]],
    [{ created_after: day(1), created_before: day(35) }, ["two"]],
    [{ created_after: day(60), created_before: day(1) }, []],
    [{ matches: ({ tags }) => tags.a === "1" }, ["one"]],
    [{ statuses: ["Completed"], matches: () => false }, []],
  ];
  test.each(cases)("%j finds %j", async (query, expected) => {
    expect(await pagesOf(await filled(create, entries), { ...query, limit: 10 })).toEqual([expected]);
  });

  test("the jobs of the last minute are found page by page with millisecond precision", async () => {
    const now = Date.now();
    const ago = (seconds: number) => ({ created_at: new Date(now - seconds * 1000).toISOString() });
    const index = await filled(create, [
      sampleEntry("now", ago(0)),
      sampleEntry("earlier", ago(59.999)),
      sampleEntry("a-minute-ago", ago(60)),
      sampleEntry("long-ago", ago(90 * 86_400)),
      // Another clock goes ahead.
      sampleEntry("ahead", ago(-60)),
    ]);
    const query = { created_after: new Date(now - 60_000), limit: 1 };
    expect(await pagesOf(index, query)).toEqual([["ahead"], ["now"], ["earlier"]]);
  });
}

function pageContract(create: () => JobIndex): void {
  const many = Array.from({ length: 11 }, (_, at) =>
    sampleEntry(`job-${String(at).padStart(2, "0")}`, { ...on(-at * 12), status: at % 2 === 0 ? "even" : "odd" }),
  );
  const names = many.map(({ name }) => name);

  test.each([1, 3, 5, 10, 11, 12])(
    "pages of %i contain every entry once, in order, and the last has no continuation",
    async (limit) => {
      const pages = await pagesOf(await filled(create, many), { limit });
      expect(pages.flat()).toEqual(names);
      expect(pages.length).toBe(Math.ceil(names.length / limit));
    },
  );

  test("pages of a filtered query contain every matching entry once", async () => {
    const index = await filled(create, many);
    const pages = await pagesOf(index, { limit: 2, statuses: ["even"], matches: ({ name }) => name !== "job-04" });
    expect(pages).toEqual([["job-00", "job-02"], ["job-06", "job-08"], ["job-10"]]);
  });

  test("entries of the same time are listed once each", async () => {
    const index = await filled(
      create,
      ["c", "a", "b"].map((name) => sampleEntry(name)),
    );
    expect((await pagesOf(index, { limit: 2 })).flat().toSorted()).toEqual(["a", "b", "c"]);
  });

  test("an entry written between two pages does not affect them", async () => {
    const index = await filled(create, many);
    const first = await index.query({ limit: 5 });
    await index.put(sampleEntry("newest", on(300)));
    const second = await index.query({ limit: 10, continuation: first.continuation ?? "" });
    expect([...first.entries, ...second.entries].map(({ name }) => name)).toEqual(names);
  });

  test("an entry deleted between two pages does not affect them", async () => {
    const index = await filled(create, many);
    const first = await index.query({ limit: 5 });
    await index.delete("job-04", many[4]?.created_at ?? "");
    const second = await index.query({ limit: 10, continuation: first.continuation ?? "" });
    expect(second.entries.map(({ name }) => name)).toEqual(names.slice(5));
  });

  test("a scan without any time still lists every entry in the end", async () => {
    const index = await filled(create, many);
    expect((await pagesOf(index, { limit: 4, scanMs: 0, matches: ({ status }) => status === "odd" })).flat()).toEqual(
      names.filter((_, at) => at % 2 === 1),
    );
  });

  test.each([{ status: "even" }, { created_after: new Date(0) }, { archived: false }, { matching: "another" }])(
    "a continuation of another query is an invalid query: %j",
    async (other) => {
      const index = await filled(create, many);
      const { continuation = "" } = await index.query({ limit: 5 });
      await expect(index.query({ ...other, limit: 5, continuation })).rejects.toEqual(
        expect.objectContaining({ code: "invalid_query" }),
      );
    },
  );

  const tampering: readonly [string, (good: string) => string][] = [
    ["empty", () => ""],
    ["made up", () => "abc"],
    ["cut", (good) => good.slice(0, -3)],
    ["with a letter changed", (good) => `${good.slice(0, 3)}${good[3] === "A" ? "B" : "A"}${good.slice(4)}`],
    ["with something behind it", (good) => `${good}AAAA`],
  ];
  test.each(tampering)("a continuation that is %s is an invalid query", async (_, change) => {
    const index = await filled(create, many);
    const { continuation = "" } = await index.query({ limit: 5 });
    await expect(index.query({ limit: 5, continuation: change(continuation) })).rejects.toEqual(
      expect.objectContaining({ code: "invalid_query" }),
    );
  });
}
