/** Documents of the allowed size that repeat one construct, which a request may contain. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bindings of Azure ML have this form
import { allowedBytes } from "./hostile-jobs.ts";

const good = "command: echo hi\nenvironment: azureml:e:1\n";
const maxValues = 19_900;

function valuesIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return (
    1 + Object.values(value).reduce((sum: number, member) => sum + valuesIn(member) + (Array.isArray(value) ? 0 : 1), 0)
  );
}

/** As many parts as the limits of bytes and values allow. */
function fill(part: (at: number) => string, between = "", head = "", tail = ""): string {
  const parts: string[] = [];
  let [length, values] = [head.length + tail.length, 60];
  for (let at = 0; ; at++) {
    const next = part(at);
    length += next.length + between.length;
    values += countOf(next);
    if (length > allowedBytes || values > maxValues) return `${head}${parts.join(between)}${tail}`;
    parts.push(next);
  }
}

function countOf(part: string): number {
  try {
    return valuesIn(JSON.parse(/^".*":/.test(part) ? `{${part}}` : part));
  } catch {
    return 2 * (part.match(/: |- /g)?.length ?? 0);
  }
}

const js = (value: unknown): string => JSON.stringify(value);

const inlineFields = '"command":"a","environment":"azureml:e:1"';
const ifElseFields = '"type":"if_else","condition":"${{parent.jobs.a.outputs.b}}"';
const doWhileFields = '"type":"do_while","body":"${{parent.jobs.a}}","mapping":{"a":"b"}';
const sweepFields =
  '"trial":{"command":"x","environment":"azureml:e:1"},"objective":{"goal":"maximize","primary_metric":"a"}';
const automlFields = [
  '"type":"automl","task":"classification","target_column_name":"y","primary_metric":"accuracy"',
  '"training_data":{"type":"mltable","path":"azureml:d:1"}',
].join(",");
const imputerStart = '"transformer_params":{"imputer":[{"fields":["a"],"parameters":{';

const items = (count: number, itemOf: (index: number) => string, separator: string): string =>
  Array.from({ length: count }, (_, index) => itemOf(index)).join(separator);
/** A list whose items are not indented. */
const marginItems = (count: number): string => `resources: {properties: {a: [${"\n1,".repeat(count)}\n]}}\n`;

/** Documents by the construct that they repeat, within the limits of bytes and values. */
export const hostileDocuments: Readonly<Record<string, readonly [source: string, format: "yaml" | "json"]>> = {
  keys: [fill((i) => `k${i}: 1\n`), "yaml"],
  nearKeys: [fill((i) => `comand${i}: 1\n`), "yaml"],
  tags: [fill((i) => `"k${i}":"v"`, ",", '{"command":"x","environment":"azureml:e:1","tags":{', "}}"), "json"],
  tagsShort: [
    fill((i) => `"${i.toString(36)}":""`, ",", '{"command":"x","environment":"azureml:e:1","tags":{', "}}"),
    "json",
  ],
  env: [
    fill(
      (i) => `"${i.toString(36)}":1`,
      ",",
      '{"command":"x","environment":"azureml:e:1","environment_variables":{',
      "}}",
    ),
    "json",
  ],
  envBind: [
    fill(
      (i) => `"${i.toString(36)}":"\${{inputs.a}}"`,
      ",",
      '{"command":"x","environment":"azureml:e:1","environment_variables":{',
      "}}",
    ),
    "json",
  ],
  envEq: [
    fill(
      (i) => `"=${i.toString(36)}":"a"`,
      ",",
      '{"command":"x","environment":"azureml:e:1","environment_variables":{',
      "}}",
    ),
    "json",
  ],
  inputsWrong: [
    fill((i) => `"${i.toString(36)}":null`, ",", '{"command":"x","environment":"azureml:e:1","inputs":{', "}}"),
    "json",
  ],
  inputsLocal: [
    fill(
      (i) => `"a${i.toString(36)}":{"path":"./x"}`,
      ",",
      '{"command":"x","environment":"azureml:e:1","inputs":{',
      "}}",
    ),
    "json",
  ],
  inputsBadKey: [
    fill((i) => `"${i.toString(36)}-":1`, ",", '{"command":"x","environment":"azureml:e:1","inputs":{', "}}"),
    "json",
  ],
  secrets: [fill((i) => `"${i}":"?sig=a"`, ",", '{"command":"x","environment":"azureml:e:1","tags":{', "}}"), "json"],
  longKeyUnknown: [
    fill(
      (i) => `"k${i}":1`,
      ",",
      `{"command":"x","environment":"azureml:e:1","inputs":{"${"k".repeat(120000)}":{`,
      "}}}",
    ),
    "json",
  ],
  longKeyDeep: [
    fill(
      (i) => `"k${i}":{}`,
      ",",
      `{"command":"x","environment":"azureml:e:1","resources":{"properties":{"${"k".repeat(120000)}":{`,
      "}}}}",
    ),
    "json",
  ],
  longKeyYaml: [fill((i) => `   k${i}: 1\n`, "", `${good}inputs:\n  ? ${"k".repeat(120000)}\n  :\n`), "yaml"],
  longKeyConda: [
    fill(
      (i) => `"k${i}":[{}]`,
      ",",
      `{"command":"x","environment":{"image":"i","conda_file":{"${"k".repeat(120000)}":{`,
      "}}}}",
    ),
    "json",
  ],
  conda: [
    fill((i) => `"k${i}":${i}`, ",", `{"command":"x","environment":{"image":"i","conda_file":{"a":{`, "}}}}"),
    "json",
  ],
  bigInts: [
    fill(
      () => "9".repeat(4299),
      ",",
      `{"command":"x","environment":"azureml:e:1","resources":{"properties":{"a":[`,
      "]}}}",
    ),
    "json",
  ],
  bigIntsYaml: [fill(() => `- ${"9".repeat(4299)}\n`, "", `${good}resources:\n properties:\n  a:\n`), "yaml"],
  sexagesimal: [
    fill(() => `- ${"1:1".repeat(2)}${":1".repeat(2100)}\n`, "", `${good}resources:\n properties:\n  a:\n`),
    "yaml",
  ],
  sexFloat: [fill(() => `- 1${":1".repeat(2100)}.5\n`, "", `${good}resources:\n properties:\n  a:\n`), "yaml"],
  bigFloats: [
    fill(
      () => `${"9".repeat(200000)}.0`,
      ",",
      `{"command":"x","environment":"azureml:e:1","resources":{"properties":{"a":[`,
      "]}}}",
    ),
    "json",
  ],
  hexInts: [fill(() => `- 0x${"f".repeat(4200)}\n`, "", `${good}resources:\n properties:\n  a:\n`), "yaml"],
  octInts: [fill(() => `- 0${"7".repeat(4200)}\n`, "", `${good}resources:\n properties:\n  a:\n`), "yaml"],
  nodesEmpty: [fill((i) => `"n${i.toString(36)}":{}`, ",", '{"type":"pipeline","jobs":{', "}}"), "json"],
  nodesUnknown: [
    fill((i) => `"n${i.toString(36)}":{"comand":"x","imputs":1}`, ",", '{"type":"pipeline","jobs":{', "}}"),
    "json",
  ],
  nodesGuess: [
    fill(
      (i) => `"n${i.toString(36)}":{"command":"a","enviroment":1,"imputs":1,"outptus":1,"tgas":1,"nmae":1}`,
      ",",
      '{"type":"pipeline","jobs":{',
      "}}",
    ),
    "json",
  ],
  nodesCommand: [
    fill(
      (i) => `"n${i.toString(36)}":{"command":"a","environment":"azureml:e:1"}`,
      ",",
      '{"type":"pipeline","jobs":{',
      "}}",
    ),
    "json",
  ],
  nodesComponent: [
    fill((i) => `"n${i.toString(36)}":{"component":"azureml:e:1"}`, ",", '{"type":"pipeline","jobs":{', "}}"),
    "json",
  ],
  nodesLocalComponent: [
    fill((i) => `"n${i.toString(36)}":{"component":"a"}`, ",", '{"type":"pipeline","jobs":{', "}}"),
    "json",
  ],
  nodesChain: [
    fill(
      (i) => `"n${i}":{"component":"azureml:e:1","inputs":{"a":"\${{parent.jobs.n${i + 1}.outputs.a}}"}}`,
      ",",
      '{"type":"pipeline","jobs":{',
      "}}",
    ),
    "json",
  ],
  nodesChainBack: [
    fill(
      (i) => `"n${i}":{"component":"azureml:e:1","inputs":{"a":"\${{parent.jobs.n${i ? i - 1 : 0}.outputs.a}}"}}`,
      ",",
      '{"type":"pipeline","jobs":{',
      "}}",
    ),
    "json",
  ],
  nodesDense: [
    (() => {
      const n = 90;
      const jobs: Record<string, unknown> = {};
      for (let i = 0; i < n; i++) {
        const inputs: Record<string, string> = {};
        for (let j = 0; j < i && j < 60; j++) inputs[`i${j}`] = `\${{parent.jobs.n${j}.outputs.a}}`;
        jobs[`n${i}`] = { component: "azureml:e:1", inputs };
      }
      return js({ type: "pipeline", jobs });
    })(),
    "json",
  ],
  nodeChainInline: [
    fill(
      (i) => `"n${i}":{${inlineFields},"inputs":{"a":{"path":"\${{parent.jobs.n${i + 1}.inputs.a}}"}}}`,
      ",",
      '{"type":"pipeline","jobs":{',
      "}}",
    ),
    "json",
  ],
  nodeChainInline2: [
    fill(
      (i) =>
        `"n${i}":{"command":"a","environment":"azureml:e:1","inputs":{"a":"\${{parent.jobs.n${i + 1}.inputs.a}}"}}`,
      ",",
      '{"type":"pipeline","jobs":{',
      "}}",
    ),
    "json",
  ],
  ifElse: [
    fill(
      (i) => `"n${i.toString(36)}":{${ifElseFields},"true_block":"\${{parent.jobs.a}}"}`,
      ",",
      '{"type":"pipeline","jobs":{',
      "}}",
    ),
    "json",
  ],
  ifElseBlocks: [
    `{"type":"pipeline","jobs":{"a":{"type":"if_else","condition":"\${{parent.jobs.a.outputs.b}}","true_block":[${fill(
      (i) => `"\${{parent.jobs.a${i}}}"`,
      ",",
    )
      .slice(0, 120000)
      .replace(/,[^,]*$/, "")}],"false_block":[${fill((i) => `"\${{parent.jobs.b${i}}}"`, ",")
      .slice(0, 120000)
      .replace(/,[^,]*$/, "")}]}}}`,
    "json",
  ],
  loops: [
    fill(
      (i) => `"n${i.toString(36)}":{${doWhileFields},"limits":{"max_iteration_count":3}}`,
      ",",
      '{"type":"pipeline","jobs":{',
      "}}",
    ),
    "json",
  ],
  parallelFor: [
    fill(
      (i) => `"n${i.toString(36)}":{"type":"parallel_for","body":"\${{parent.jobs.a}}","items":"[{\\"a\\":1}]"}`,
      ",",
      '{"type":"pipeline","jobs":{',
      "}}",
    ),
    "json",
  ],
  parallelForItems: [
    js({
      type: "pipeline",
      jobs: {
        a: { command: "x", environment: "azureml:e:1" },
        b: {
          type: "parallel_for",
          body: "${{parent.jobs.a}}",
          items: fill((i) => `{"a${i}":1}`, ",", "[", "]")
            .slice(0, 180000)
            .replace(/,[^,]*$/, "]"),
        },
      },
    }),
    "json",
  ],
  bindingsInOne: [
    js({
      type: "pipeline",
      jobs: { a: { component: "azureml:e:1", inputs: { a: "${{parent.inputs.a}}".repeat(12000) } } },
    }),
    "json",
  ],
  bindingsOld: [
    js({ type: "pipeline", jobs: { a: { component: "azureml:e:1", inputs: { a: "${{inputs.a}}".repeat(19000) } } } }),
    "json",
  ],
  bindingsManyMissing: [
    fill(
      (i) => `"i${i}":"\${{parent.inputs.x${i}}}"`,
      ",",
      '{"type":"pipeline","jobs":{"a":{"component":"azureml:e:1","inputs":{',
      "}}}}",
    ),
    "json",
  ],
  commandUses: [
    js({
      command: Array.from({ length: 12000 }, (_, i) => `\${{inputs.a${i}}}`).join(" "),
      environment: "azureml:e:1",
    }),
    "json",
  ],
  searchSpace: [
    fill(
      (i) => `"s${i}":{"type":"choice","values":[1,2]}`,
      ",",
      `{"type":"sweep",${sweepFields},"search_space":{`,
      "}}",
    ),
    "json",
  ],
  searchNested: [
    (() => {
      let v: unknown = { type: "choice", values: [1] };
      for (let i = 0; i < 12; i++) v = { type: "choice", values: [{ a: v, b: v }] };
      return js({
        type: "sweep",
        trial: { command: "x", environment: "azureml:e:1" },
        objective: { goal: "maximize", primary_metric: "a" },
        search_space: { x: v },
      }).slice(0, allowedBytes);
    })(),
    "json",
  ],
  aliasText: [`a: &a "${"x".repeat(200000)}"\nb: [${Array.from({ length: 15000 }, () => "*a").join(",")}]\n`, "yaml"],
  aliasTextTags: [
    `${good}tags:\n  a: &a "${"x".repeat(150000)}"\n${items(9000, (i) => `  b${i}: *a`, "\n")}\n`,
    "yaml",
  ],
  aliasKey: [
    `${good}tags:\n  a: &a "${"x".repeat(150000)}"\n${Array.from({ length: 9000 }, (_, _i) => ` *a : 1`).join("\n")}\n`,
    "yaml",
  ],
  aliasMaps: [
    [
      `${good}resources:\n properties:`,
      `  a: &a {${items(100, (i) => `k${i}: ${"v".repeat(1000)}`, ", ")}}`,
      `  b: [${items(190, () => "*a", ",")}]\n`,
    ].join("\n"),
    "yaml",
  ],
  anchors: [fill((i) => `&a${i} x`, ", ", `${good}resources: {properties: {a: [`, "]}}\n"), "yaml"],
  anchorsDup: [fill(() => `- &a x\n`, "", `${good}tags:\n`), "yaml"],
  dupKeys: [fill(() => `a: 1\n`, "", good), "yaml"],
  dupKeysLines: [fill(() => `1: 1\n`, "", good), "yaml"],
  mergeKeys: [fill(() => `<<: {}\n`, "", good), "yaml"],
  blocks: [fill((i) => `k${i}: |\n a\n`, "", `${good}`), "yaml"],
  blocksTags: [fill((i) => ` k${i}: |\n  a\n`, "", `${good}tags:\n`), "yaml"],
  blocksComment: [fill((i) => ` k${i}: | ${"#|".repeat(90)}\n  a\n`, "", `${good}tags:\n`), "yaml"],
  folded: [`${good}description: >\n${" a\n".repeat(80000)}`, "yaml"],
  foldedBlank: [`${good}description: >\n${" a\n\n".repeat(60000)}`, "yaml"],
  blockBlank: [`${good}description: |\n${" \n".repeat(120000)} a\n`, "yaml"],
  blockIndent: [
    `${good}description: |\n${Array.from({ length: 700 }, (_, i) => " ".repeat(i % 700)).join("\n")}\n a`,
    "yaml",
  ],
  plainMulti: [`${good}description: a\n${" a\n".repeat(80000)}`, "yaml"],
  plainMultiBlank: [`${good}description: a\n${"\n".repeat(250000)} b`, "yaml"],
  dqMulti: [`${good}description: "a\n${" a\n".repeat(80000)}"`, "yaml"],
  dqBlank: [`${good}description: "a${" ".repeat(250000)}b"`, "yaml"],
  dqBlankMany: [`${good}description: "${(`a${" ".repeat(50)}`).repeat(5000)}"`, "yaml"],
  plainBlanks: [`${good}description: a${" ".repeat(250000)}b`, "yaml"],
  plainBlanksTail: [`${good}description: a${" ".repeat(250000)}`, "yaml"],
  plainColons: [`${good}description: a${":".repeat(250000)}`, "yaml"],
  plainHash: [`${good}description: a${"#".repeat(250000)}`, "yaml"],
  sq: [`${good}description: '${"''".repeat(125000)}'`, "yaml"],
  sqOpen: [`${good}description: '${"a ".repeat(125000)}`, "yaml"],
  dqOpen: [`${good}description: "${"a ".repeat(125000)}`, "yaml"],
  dqEsc: [`${good}description: "${"\\n".repeat(125000)}"`, "yaml"],
  dqEscU: [`${good}description: "${"\\U0001F600".repeat(25000)}"`, "yaml"],
  seqFlow: [fill(() => "[]", ",", `${good}resources: {properties: {a: [`, "]}}"), "yaml"],
  margin: [`${good}resources: {properties: {a: [${"1,".repeat(100000)}\n${"]\n".repeat(1)}}}\n`, "yaml"],
  marginMany: [`${good}resources: {properties: {a: [\n${"1,\n".repeat(80000)}]}}\n`, "yaml"],
  marginLate: [`${good}tags: {${items(9000, (i) => `k${i}: "v"`, ", ")}}\n${marginItems(40)}`, "yaml"],
  marginLate2: [`${good}tags: {${items(9000, (i) => `k${i}: "v${"x".repeat(8)}"`, ", ")}}\n${marginItems(19)}`, "yaml"],
  marginSeq: [`${good}resources: {properties: {a: [${"[1],".repeat(45000)}${"\n1,".repeat(19)}\n]}}\n`, "yaml"],
  dirs: [`${"%YAML 1.2\n".repeat(20000)}---\na: 1`, "yaml"],
  tagDirs: [`${"%TAG ! tag:yaml.org,2002:\n".repeat(8000)}---\na: 1`, "yaml"],
  docsMany: ["---\na: 1\n".repeat(20000), "yaml"],
  ends: ["...\n".repeat(60000), "yaml"],
  comments: ["#".repeat(250000), "yaml"],
  commentLines: [" #\n".repeat(80000) + good, "yaml"],
  tabs: ["\t".repeat(250000), "yaml"],
  tabLines: [`a:\n${"\t\n".repeat(120000)}`, "yaml"],
  question: ["? ".repeat(120000), "yaml"],
  dashes: ["- ".repeat(120000), "yaml"],
  dashesLines: ["-\n".repeat(120000), "yaml"],
  stairs: [Array.from({ length: 700 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"), "yaml"],
  saw: [fill((i) => `a${i}:\n  b:\n    c:\n      d: 1\n`, "", ""), "yaml"],
  brackets: ["[".repeat(250000), "yaml"],
  braces: ["{".repeat(250000), "yaml"],
  jsonEsc: [`{"command":${'\\"'.repeat(125000)}`, "json"],
  jsonEsc2: ['\\"'.repeat(130000), "json"],
  jsonEsc3: [`${'\\"'.repeat(130000)}\\`, "json"],
  jsonStr: [`{"command":"${"\\n".repeat(125000)}","environment":"azureml:e:1"}`, "json"],
  jsonKeys: [`{"command":"x",${fill((i) => `"\\u0041${i}":1`, ",", "", "}")}`, "json"],
  jsonNums: [
    fill(() => `1e5`, ",", `{"command":"x","environment":"azureml:e:1","resources":{"properties":{"a":[`, "]}}}"),
    "json",
  ],
  jsonArrays: [
    fill(() => `[]`, ",", `{"command":"x","environment":"azureml:e:1","resources":{"properties":{"a":[`, "]}}}"),
    "json",
  ],
  jsonWhite: [`{${" ".repeat(250000)}}`, "json"],
  jsonColon: [`{${":".repeat(250000)}}`, "json"],
  nfc: [js({ command: "x", environment: "azureml:e:1", display_name: `e${"\u0301\u0323".repeat(60000)}` }), "json"],
  hangul: [js({ command: "x", environment: "azureml:e:1", description: "\u1100\u1161\u11a8".repeat(28000) }), "json"],
  surrog: [
    js({
      command: "x",
      environment: "azureml:e:1",
      tags: Object.fromEntries(Array.from({ length: 9000 }, (_, i) => ["\ud83d\ude00".repeat(3) + i, "x"])),
    }),
    "json",
  ],
  sortKeys: [
    js({
      command: "x",
      environment: "azureml:e:1",
      resources: {
        properties: Object.fromEntries(Array.from({ length: 20 }, (_, i) => ["\ud83d\ude00".repeat(2800) + i, "x"])),
      },
    }),
    "json",
  ],
  sortKeys2: [
    js({
      command: "x",
      environment: "azureml:e:1",
      tags: Object.fromEntries(Array.from({ length: 1500 }, (_, i) => ["\ud83d\ude00".repeat(38) + i, "x"])),
    }),
    "json",
  ],
  services: [
    fill(
      (i) => `"s${i}":{"type":"ssh","endpoint":"x","status":"y"}`,
      ",",
      `{"command":"x","environment":"azureml:e:1","services":{`,
      "}}",
    ),
    "json",
  ],
  sparkConf: [
    js({
      type: "spark",
      code: "./src",
      entry: { file: "main.py" },
      conf: { "spark.driver.cores": "9".repeat(250000) },
    }),
    "json",
  ],
  sparkConfMany: [
    fill((i) => `"c${i}":1`, ",", '{"type":"spark","code":"./src","entry":{"file":"main.py"},"conf":{', "}}"),
    "json",
  ],
  miniBatch: [
    js({
      type: "pipeline",
      jobs: {
        a: {
          type: "parallel",
          mini_batch_allowedBytes: "9".repeat(250000),
          task: { type: "run_function", code: "./src", entry_script: "a.py", environment: "azureml:e:1" },
          inputs: {},
        },
      },
    }),
    "json",
  ],
  timeoutDigits: [js({ command: "x", environment: "azureml:e:1", limits: { timeout: "9".repeat(250000) } }), "json"],
  outputs: [
    fill((i) => `"o${i.toString(36)}":{}`, ",", `{"command":"x","environment":"azureml:e:1","outputs":{`, "}}"),
    "json",
  ],
  deepProps: [
    fill(
      () => `{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}`,
      ",",
      `{"command":"x","environment":"azureml:e:1","resources":{"properties":{"a":[`,
      "]}}}",
    ),
    "json",
  ],
  slashes: [js({ command: "x", environment: "azureml:e:1", code: "a/".repeat(130000) }), "json"],
  dotdot: [js({ command: "x", environment: "azureml:e:1", code: "../".repeat(80000) }), "json"],
  adddot: [js({ command: "x", environment: "azureml:e:1", inputs: { a: { path: "a/../".repeat(50000) } } }), "json"],
  automlCols: [
    fill((i) => `"c${i}":["a"]`, ",", `{${automlFields},"featurization":{"mode":"custom",${imputerStart}`, "}}]}}}"),
    "json",
  ],
};
