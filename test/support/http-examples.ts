/** Reads the examples of docs/http-api.md: an `http` block with a request, and one with the answer it has. */

export interface HttpExample {
  /** The heading that it stands under. */
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

/** @throws Error for a request without an answer, or a block that is neither. */
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
      if (request !== undefined) throw new Error(`${title}: ${request.method} ${request.path} has no answer.`);
      const [method = "", path = ""] = first.split(" ");
      request = { title, method, path, headers, body };
    } else {
      if (request === undefined) throw new Error(`${title}: an answer without a request: ${first}`);
      examples.push({ ...request, answer: { status: Number(status), headers, body } });
      request = undefined;
    }
  }
  if (request !== undefined) throw new Error(`${title}: ${request.method} ${request.path} has no answer.`);
  return examples;
}

function readBlock(block: string): { first: string; headers: Record<string, string>; body: string | undefined } {
  const [head = "", ...rest] = block.split("\n\n");
  const [first = "", ...lines] = head.trimEnd().split("\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { first, headers, body: rest.length === 0 ? undefined : rest.join("\n\n") };
}

/** Why a real value is not as the example shows it; undefined when it is. `"..."` stands for any value, a last `"..."` in a list for any more items. */
export function differs(shown: unknown, real: unknown, place = "body"): string | undefined {
  if (shown === "...") return real === undefined ? `${place} is not there` : undefined;
  if (Array.isArray(shown)) {
    if (!Array.isArray(real)) return `${place} is no list`;
    const open = shown.at(-1) === "...";
    const items = open ? shown.slice(0, -1) : shown;
    if (!open && items.length !== real.length) return `${place} has ${real.length} items, not ${items.length}`;
    return first(items.map((item, index) => differs(item, real[index], `${place}[${index}]`)));
  }
  if (typeof shown === "object" && shown !== null) {
    if (typeof real !== "object" || real === null) return `${place} is no object`;
    return first(
      Object.entries(shown).map(([key, value]) =>
        differs(value, (real as Record<string, unknown>)[key], `${place}.${key}`),
      ),
    );
  }
  if (typeof shown === "string" && shown.includes("...")) {
    const pattern = shown
      .split("...")
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*");
    return typeof real === "string" && new RegExp(`^${pattern}$`, "s").test(real)
      ? undefined
      : `${place} is ${JSON.stringify(real)}, not ${JSON.stringify(shown)}`;
  }
  return Object.is(shown, real) ? undefined : `${place} is ${JSON.stringify(real)}, not ${JSON.stringify(shown)}`;
}

function first(differences: readonly (string | undefined)[]): string | undefined {
  return differences.find((difference) => difference !== undefined);
}
