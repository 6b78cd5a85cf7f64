/** Reads the examples of docs/http-api.md: an `http` block with a request, followed by one with its response. */

export interface HttpExample {
  /** The heading above the example. */
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | undefined;
  };
}

/** The examples of a document. @throws Error for a request without a response, or a response without a request. */
export function readExamples(markdown: string): readonly HttpExample[] {
  const examples: HttpExample[] = [];
  let title = "";
  let request: Omit<HttpExample, "answer"> | undefined;
  for (const match of markdown.matchAll(/^#+ (?<heading>.+)$|^```http\n(?<block>[^`]*?)^```$/gm)) {
    const { heading, block = "" } = match.groups ?? {};
    if (heading !== undefined) {
      title = heading;
      continue;
    }
    const { first, headers, body } = readBlock(block);
    const status = /^HTTP\/1\.1 (\d{3})/.exec(first)?.[1];
    if (status === undefined) {
      if (request !== undefined) throw missingResponse(title, request);
      const [method = "", path = ""] = first.split(" ");
      request = { title, method, path, headers, body };
    } else {
      if (request === undefined) throw new Error(`${title}: a response without a request: ${first}`);
      examples.push({ ...request, answer: { status: Number(status), headers, body } });
      request = undefined;
    }
  }
  if (request !== undefined) throw missingResponse(title, request);
  return examples;
}

function missingResponse(title: string, { method, path }: Pick<HttpExample, "method" | "path">): Error {
  return new Error(`${title}: ${method} ${path} has no response.`);
}

function readBlock(block: string): { first: string; headers: Record<string, string>; body: string | undefined } {
  const [head = "", ...rest] = block.split("\n\n");
  const [first = "", ...lines] = head.trimEnd().split("\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { first, headers, body: rest.length === 0 ? undefined : rest.join("\n\n") };
}

/**
 * The first difference between a value and the example that shows it; undefined without one. In the example, `"..."`
 * stands for any value, and at the end of a list for any further items.
 */
export function differs(shown: unknown, real: unknown, place = "body"): string | undefined {
  if (shown === "...") return real === undefined ? `${place} is missing` : undefined;
  if (Array.isArray(shown)) return listDifference(shown, real, place);
  if (typeof shown === "object" && shown !== null) return objectDifference(shown, real, place);
  const isEqual = typeof shown === "string" && shown.includes("...") ? matches(shown, real) : Object.is(shown, real);
  return isEqual ? undefined : `${place} is ${JSON.stringify(real)}, not ${JSON.stringify(shown)}`;
}

function listDifference(shown: readonly unknown[], real: unknown, place: string): string | undefined {
  if (!Array.isArray(real)) return `${place} is not a list`;
  const isOpen = shown.at(-1) === "...";
  const items = isOpen ? shown.slice(0, -1) : shown;
  if (!isOpen && items.length !== real.length) return `${place} has ${real.length} items, not ${items.length}`;
  return first(items.map((item, index) => differs(item, real[index], `${place}[${index}]`)));
}

function objectDifference(shown: object, real: unknown, place: string): string | undefined {
  if (typeof real !== "object" || real === null) return `${place} is not an object`;
  const values = real as Record<string, unknown>;
  return first(Object.entries(shown).map(([key, value]) => differs(value, values[key], `${place}.${key}`)));
}

/** Whether a value is the text that the example shows, in which "..." stands for any text. */
function matches(shown: string, real: unknown): boolean {
  const parts = shown.split("...").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return typeof real === "string" && new RegExp(`^${parts.join(".*")}$`, "s").test(real);
}

function first(differences: readonly (string | undefined)[]): string | undefined {
  return differences.find((difference) => difference !== undefined);
}
