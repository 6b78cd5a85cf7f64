import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import type { BundleLimits } from "../../../shared/bundle/bundle-file.ts";
import { checkContents } from "../../../shared/bundle/check-contents.ts";
import { type Bundle, openBundle } from "../../../shared/bundle/open-bundle.ts";
import { isServiceError } from "../../../shared/core/errors.ts";
import { loadJob } from "../../../shared/core/job/load-job.ts";
import { buildZip, type ZipEntry, zipOf } from "../../support/zip.ts";

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "jobgate-zip-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function openZip(bytes: Uint8Array, limits?: Partial<BundleLimits>): Promise<Bundle> {
  const file = join(await folder(), "bundle.zip");
  await writeFile(file, bytes);
  const bundle = await openBundle(file, limits);
  onTestFinished(() => bundle.close());
  return bundle;
}

/** The issues of a received zip as code, file and message. */
async function issuesOf(bytes: Uint8Array, limits?: Partial<BundleLimits>): Promise<readonly string[]> {
  try {
    await checkContents(await openZip(bytes, limits), limits);
    return [];
  } catch (error) {
    if (!isServiceError(error, "invalid_bundle")) throw error;
    return error.issues.map(({ code, file, message }) => `${code} ${file ?? "-"}: ${message}`);
  }
}

const issuesOfEntries = (...entries: readonly ZipEntry[]) => issuesOf(buildZip(entries));

describe("a zip", () => {
  test("gives access to its files and folders by path", async () => {
    const bundle = await openZip(
      buildZip([
        { name: "job.yml", content: "command: bash run.sh" },
        { name: "src/" },
        { name: "src/run.sh", content: "echo hi", mode: 0o100755 },
        { name: "data/ü/a.csv", content: "1,2", method: 0 },
        { name: "empty", content: "" },
      ]),
    );
    await checkContents(bundle);
    expect(bundle.files.map(({ path, size, executable }) => [path, size, executable])).toEqual([
      ["job.yml", 20, false],
      ["src/run.sh", 7, true],
      ["data/ü/a.csv", 3, false],
      ["empty", 0, false],
    ]);
    expect(["", "src", "src/run.sh", "data", "data/ü", "dat", "src/"].map((path) => bundle.kind(path))).toEqual([
      "folder",
      "folder",
      "file",
      "folder",
      "folder",
      undefined,
      undefined,
    ]);
    expect(["job.yml", "data/ü/a.csv", "empty", "src", "none"].map((path) => bundle.read(path)?.toString())).toEqual([
      "command: bash run.sh",
      "1,2",
      "",
      undefined,
      undefined,
    ]);
  });

  test("made by the zip program of this machine is read completely", async () => {
    const root = await folder();
    mkdirSync(join(root, "in/src"), { recursive: true });
    const text = "line\n".repeat(50_000);
    writeFileSync(join(root, "in/src/big.txt"), text);
    writeFileSync(join(root, "in/job.yml"), "command: ls");
    const zip = spawnSync("zip", ["-qr", "../bundle.zip", "."], { cwd: join(root, "in") });
    // Not every machine has the program; the test's own zip has the same form.
    if (zip.status !== 0)
      await writeFile(join(root, "bundle.zip"), zipOf({ "src/big.txt": text, "job.yml": "command: ls" }));
    const bundle = await openBundle(join(root, "bundle.zip"));
    await checkContents(bundle);
    expect(bundle.files.map(({ path }) => path).toSorted()).toEqual(["job.yml", "src/big.txt"]);
    expect(bundle.read("src/big.txt")?.toString()).toBe(text);
    await bundle.close();
  });

  test("with backslashes or a leading ./ in its names has normalized paths", async () => {
    const bundle = await openZip(zipOf({ "src\\a.py": "a", "./src/b.py": "b", "./": "" }));
    expect(bundle.files.map(({ path }) => path)).toEqual(["src/a.py", "src/b.py"]);
  });

  test("without files is valid", async () => {
    expect((await openZip(buildZip([]))).files).toEqual([]);
  });
});

describe("an unsafe path is rejected", () => {
  test.each([
    "../evil",
    "src/../../evil",
    "src\\..\\..\\evil",
    "/etc/passwd",
    "\\evil",
    "C:/evil",
    "c:evil",
    "a/./b",
    "a//b",
    "nul\0",
    "line\nbreak",
    "/",
    `${"x".repeat(256)}`,
    `${"deep/".repeat(200)}x`,
    `${"d/".repeat(101)}x`,
  ])("%j", async (name) => {
    const issues = await issuesOfEntries({ name, content: "x" }, { name: "fine", content: "x" });
    expect(issues).toEqual([expect.stringMatching(/^unsafe_path /)]);
    expect(issues[0]).toContain(JSON.stringify(name.replaceAll("\\", "/").slice(0, 300)));
  });

  test("a name that is not valid text", async () => {
    expect(await issuesOfEntries({ name: Buffer.from([0x61, 0xff, 0x62]) })).toEqual([
      expect.stringMatching(/^unsafe_path a\ufffdb: /),
    ]);
  });

  test.each([
    ["a character device", 0o020666],
    ["a block device", 0o060666],
    ["a pipe", 0o010666],
    ["a socket", 0o140777],
    ["a folder that is called a file", 0o040755],
  ])("%s", async (_what, mode) => {
    expect(await issuesOfEntries({ name: "src/link", content: "/etc/passwd", mode })).toEqual([
      expect.stringMatching(/^not_a_file src\/link: "src\/link" is /),
    ]);
  });
});

describe("a name without the UTF-8 flag", () => {
  const path = (name: string, text: string, of = name): Uint8Array => {
    const content = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), Buffer.from(text)]);
    content.writeUInt32LE(crc32(Buffer.from(of)), 1);
    return Buffer.concat([Buffer.from([0x75, 0x70, content.length, 0]), content]);
  };

  test.each<[string, ZipEntry, string]>([
    ["is UTF-8 where its bytes are", { name: "prüfung.py" }, "prüfung.py"],
    ["is UTF-8 as macOS writes it, with accents apart", { name: "pru\u0308fung.py" }, "pru\u0308fung.py"],
    ["is of code page 437 where its bytes are no UTF-8", { name: Buffer.from([0x81, 0x62, 0xe1]) }, "übß"],
    ["gives way to the Unicode path of Info-ZIP", { name: "a", extra: path("a", "ß") }, "ß"],
    ["keeps its own where the Unicode path is that of another name", { name: "a", extra: path("a", "ß", "b") }, "a"],
  ])("%s", async (_what, entry, expected) => {
    const bundle = await openZip(buildZip([{ flags: 0, ...entry }]));
    expect(bundle.files.map((file) => file.path)).toEqual([expected]);
  });

  test("is found by a path with the other form of accents", async () => {
    const bundle = await openZip(zipOf({ "pru\u0308f/a.py": "x" }));
    expect([bundle.kind("pr\u00fcf/a.py"), bundle.kind("PR\u00dcF/a.py")]).toEqual(["file", undefined]);
  });
});

describe("symbolic links", () => {
  const link = (name: string, target: string): ZipEntry => ({ name, content: target, mode: 0o120777 });

  test("the names in a folder do not include links", async () => {
    const bundle = await openZip(
      buildZip([{ name: "src/lib/u.py" }, { name: "src/a.py" }, link("src/etc", "/etc"), link("all", "src")]),
    );
    expect(["", "src", "all", "src/a.py", "zz"].map((path) => bundle.names?.(path))).toEqual([
      ["src"],
      ["lib", "a.py"],
      ["lib", "a.py"],
      [],
      [],
    ]);
  });

  test("resolve to files and folders of the zip, whose content appears under their paths", async () => {
    const bundle = await openZip(
      buildZip([
        { name: "src/main.py", content: "main" },
        { name: "lib/u.py", content: "u" },
        link("src/lib", "../lib"),
        link("a.py", "src/./lib/u.py"),
        link("all", "src"),
      ]),
    );
    await checkContents(bundle);
    expect(["a.py", "all", "all/lib/u.py", "src/lib"].map((path) => bundle.kind(path))).toEqual([
      "file",
      "folder",
      "file",
      "folder",
    ]);
    expect(bundle.read("all/lib/u.py")?.toString()).toBe("u");
    expect(bundle.filesBelow("all").map(({ path }) => path)).toEqual(["main.py", "lib/u.py"]);
    expect(bundle.filesBelow("a.py").map(({ path, file }) => [path, file.size])).toEqual([["a.py", 1]]);
    expect(bundle.files.map(({ path }) => path)).toEqual(["src/main.py", "lib/u.py"]);
  });

  test("that multiply the size of a zip are rejected when they are read", async () => {
    const levels = Array.from({ length: 20 }, (_, level) => [
      link(`l${level}/a`, `../l${level + 1}`),
      link(`l${level}/b`, `../l${level + 1}`),
    ]).flat();
    const bundle = await openZip(buildZip([...levels, { name: "l20/x", content: "x" }]));
    expect(bundle.kind("l0")).toBe("folder");
    expect(() => bundle.checkSymlinks?.("l0")).toThrow("files and folders once its symbolic links are followed");
    expect(bundle.filesBelow("l19").map(({ path }) => path)).toEqual(["a/x", "b/x"]);
  });

  test("in a chain of thousands are resolved in linear time", async () => {
    const chain = Array.from({ length: 9000 }, (_, index) => link(`l${index}`, `l${index + 1}`));
    const bundle = await openZip(buildZip([...chain, { name: "l9000", content: "end" }]));
    const before = process.cpuUsage();
    expect(bundle.read("l0")?.toString()).toBe("end");
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
  });

  test("in folders that a component includes are validated like those in its code", async () => {
    const component = {
      type: "command",
      command: "ls",
      environment: "azureml:e:1",
      code: "src",
      additional_includes: ["../lib", "../none"],
    };
    const job = (links: readonly ZipEntry[]) =>
      buildZip([
        {
          name: "job.yml",
          content: JSON.stringify({
            type: "pipeline",
            settings: { default_compute: "azureml:c" },
            jobs: { a: { component } },
          }),
        },
        { name: "src/main.py" },
        { name: "lib/u.py" },
        ...links,
      ]);
    const load = (bundle: Bundle) => loadJob(bundle.read("job.yml") ?? "", { files: bundle, folder: "src" });
    const inside = await openZip(job([link("lib/main.py", "../src/main.py")]));
    load(inside);
    expect(inside.unreadWarnings?.()).toEqual([]);
    const outside = await openZip(job([link("lib/passwd", "/etc/passwd")]));
    expect(() => load(outside)).toThrow(
      '"lib/passwd" is a symbolic link to "/etc/passwd" outside the zip, and the job reads it',
    );
  });

  test("cannot hide a file with the same name", async () => {
    expect(await issuesOfEntries(link("etc", "/etc"), { name: "etc/passwd" })).toEqual([
      'duplicate_entry etc/passwd: "etc/passwd" is both a file and a folder.',
    ]);
  });
});

describe("conflicting names are rejected", () => {
  test.each<[string, string[], string]>([
    ["the same name", ["a/b", "a/b"], 'duplicate_entry a/b: "a/b" is in the zip twice.'],
    ["the same folder", ["a/", "a/"], 'duplicate_entry a/: "a/" is in the zip twice.'],
    [
      "another case",
      ["README", "readme"],
      'duplicate_entry readme: "readme" differs from "README" only in case or in the form of accents.',
    ],
    [
      "a folder in another case",
      ["src/a", "SRC/b"],
      'duplicate_entry SRC/b: "SRC/b" differs from "src" only in case or in the form of accents.',
    ],
    [
      "another form of an accent",
      ["\u00e9", "e\u0301"],
      'duplicate_entry e\u0301: "e\u0301" differs from "\u00e9" only in case or in the form of accents.',
    ],
    ["a file where a folder is", ["a/b", "a"], 'duplicate_entry a: "a" is both a file and a folder.'],
    ["a folder where a file is", ["a", "a/b"], 'duplicate_entry a/b: "a/b" is both a file and a folder.'],
  ])("%s", async (_what, names, issue) => {
    expect(await issuesOfEntries(...names.map((name) => ({ name })))).toEqual([issue]);
  });

  test("a folder may have its own entry before or after its files", async () => {
    expect(await issuesOfEntries({ name: "a/b" }, { name: "a/" }, { name: "a/c" })).toEqual([]);
  });
});

describe("an unreadable entry is rejected", () => {
  const content = "hello ".repeat(100);

  test.each<[string, ZipEntry, string]>([
    ["encrypted", { name: "x", content, flags: 1 }, "encrypted x"],
    ["encrypted strongly", { name: "x", content, flags: 0x41 }, "encrypted x"],
    ["with its name masked", { name: "x", content, flags: 0x2000 }, "encrypted x"],
    ["with an unknown compression method", { name: "x", content, method: 12 }, "unreadable x"],
    ["with a wrong checksum", { name: "x", content, crc: 1 }, "unreadable x"],
    ["smaller than its declared size", { name: "x", content, size: 700 }, "unreadable x"],
    ["larger than its declared size", { name: "x", content, size: 5 }, "unreadable x"],
    ["uncompressed, with different sizes", { name: "x", content, method: 0, size: 5 }, "unreadable x"],
    ["longer than the zip", { name: "x", content, packedSize: 100_000 }, "unreadable x"],
    ["at another position than in the central directory", { name: "x", content, offset: 7 }, "unreadable x"],
    ["beyond the end", { name: "x", content, offset: 2 ** 31 }, "unreadable x"],
    ["with another name in its local header", { name: "x", content, localName: "y" }, "unreadable x"],
    ["a folder with content", { name: "x/", content }, "unreadable x/"],
  ])("%s", async (_what, entry, issue) => {
    expect(await issuesOfEntries({ name: "fine", content }, entry)).toEqual([
      expect.stringMatching(new RegExp(`^${issue}: `)),
    ]);
  });

  test("with damaged content", async () => {
    const zip = buildZip([{ name: "x", content }]);
    zip.fill(0xff, 31, 40);
    expect(await issuesOf(zip)).toEqual([expect.stringMatching(/^unreadable x: "x" cannot be unpacked: /)]);
  });

  test("together with all other invalid entries", async () => {
    const issues = await issuesOfEntries(
      { name: "../a" },
      { name: "b", flags: 1 },
      { name: "c", mode: 0o010666 },
      { name: "fine" },
    );
    expect(issues.map((issue) => issue.split(":")[0])).toEqual(["unsafe_path ../a", "encrypted b", "not_a_file c"]);
  });

  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array()],
    ["a text", Buffer.from("command: echo hi\n".repeat(10))],
    ["a truncated zip", zipOf({ a: content, b: content }).subarray(0, 100)],
    [
      "a zip without a central directory",
      Buffer.concat([zipOf({ a: content }).subarray(0, 20), zipOf({ a: content }).subarray(-22)]),
    ],
    ["a zip whose end record counts more files", buildZip([{ name: "a" }], { count: 2 })],
    ["a tar", Buffer.alloc(10_240)],
    ["an end record without its last byte", buildZip([]).subarray(0, 21)],
  ])("%s is rejected as a whole", async (_what, bytes) => {
    expect(await issuesOf(bytes)).toEqual([expect.stringMatching(/^unreadable -: /)]);
  });
});

describe("a zip bomb is rejected before it is unpacked", () => {
  test("if a file exceeds the maximum compression ratio", async () => {
    expect(await issuesOf(zipOf({ fine: "x", zeros: Buffer.alloc(4_000_000) }))).toEqual([
      expect.stringMatching(/^too_large zeros: "zeros" has a compression ratio of \d+; at most 200 is allowed\.$/),
    ]);
  });

  test("if all files exceed the maximum unpacked bytes", async () => {
    expect(await issuesOf(zipOf({ a: "x".repeat(60), b: "y".repeat(60), c: "z" }), { maxTotalBytes: 100 })).toEqual([
      'too_large b: "b" exceeds the limit of 100 unpacked bytes for all files.',
    ]);
  });

  test("if it has too many entries", async () => {
    const zip = buildZip(Array.from({ length: 11 }, (_, index) => ({ name: `f${index}` })));
    expect(await issuesOf(zip, { maxEntries: 10 })).toEqual([
      "too_many -: The bundle has 11 entries; at most 10 are allowed.",
    ]);
  });

  test("if it has too many folders or its paths are too long", async () => {
    const zip = zipOf({ "a/b/c": "x", "d/e": "x" });
    expect(await issuesOf(zip, { maxFolders: 2 })).toEqual([
      "too_many -: The bundle has more than 2 folders, the maximum.",
    ]);
    expect(await issuesOf(zip, { maxPathCharacters: 7 })).toEqual([
      expect.stringMatching(/^too_many d\/e: "d\/e" exceeds the limit of 7 characters for all paths/),
    ]);
  });

  test("if files share bytes", async () => {
    const first = { name: "same", content: "x".repeat(1000) };
    expect(await issuesOfEntries(first, { ...first, name: "another", localName: "same", offset: 0 })).toEqual([
      expect.stringMatching(/^unreadable another: /),
    ]);
    expect(
      await issuesOfEntries({ name: "a", content: "x", packedSize: 40 }, { name: "b", content: "x".repeat(100) }),
    ).toEqual(['unreadable b: "b" shares bytes with another entry.']);
  });

  test("or while a large job or component file is read", async () => {
    const bundle = await openZip(zipOf({ "component.yml": "x".repeat(101) }), { maxReadBytes: 100 });
    expect(() => bundle.read("component.yml")).toThrow(
      '"component.yml" has 101 bytes; a job or component file may have at most 100.',
    );
  });
});

test("ignore files whose patterns would take too long are rejected", async () => {
  const zip = zipOf({
    "src/.gitignore": "*a*b\n",
    ".amlignore": "*.pyc\n",
    "src/main.py": "x",
    "src/more/main.py": "x",
  });
  expect(await issuesOf(zip, { maxIgnoreSteps: 60 })).toEqual([]);
  expect(await issuesOf(zip, { maxIgnoreSteps: 30 })).toEqual([
    'too_large src/.gitignore: "src/.gitignore" has patterns that would take too long on the 3 files in its folder; ' +
      "use fewer wildcards, fewer patterns or fewer files.",
  ]);
});

test("an ignore file with too many lines is rejected", async () => {
  const issues = await issuesOf(
    zipOf({ "src/.amlignore": "*.a\n".repeat(1000), "other.amlignore": "\n".repeat(5000) }),
  );
  expect(issues).toEqual(['too_large src/.amlignore: "src/.amlignore" has 1001 lines; at most 1000 are allowed.']);
});
