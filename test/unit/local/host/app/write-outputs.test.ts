import { describe, expect, test } from "vitest";
import type {
  Binding,
  InvocationResponse,
  RegisteredFunction,
  TypedData,
} from "../../../../../local/host/app/core-types.ts";
import { type OutputPorts, toQueueMessages, writeOutputs } from "../../../../../local/host/app/write-outputs.ts";

test.each<[string, TypedData, string[]]>([
  ["a string", { string: "hello" }, ["hello"]],
  ["a number", { int: 7 }, ["7"]],
  ["bytes", { bytes: Buffer.from("raw") }, ["raw"]],
  ["an object, which is indented", { json: '{"a":1}' }, ['{\n  "a": 1\n}']],
  ["a list, one message per element", { json: '["x",{"a":1},2,null]' }, ["x", '{\n  "a": 1\n}', "2"]],
  ["text that looks like a list, which is read as one", { string: JSON.stringify([1, 2]) }, ["1", "2"]],
  ["text that looks like an object", { string: ' {"a":1}' }, ['{\n  "a": 1\n}']],
  ["text that only begins like JSON", { string: "{oops" }, ["{oops"]],
  ["text that is a JSON number", { string: "12" }, ["12"]],
])("queue messages of %s", (_, data, texts) => {
  expect(toQueueMessages(data).map(String)).toEqual(texts);
});

const queue = (queueName: string, connection?: string): Binding => ({
  type: "queue",
  direction: "out",
  queueName,
  connection,
});

async function written(
  bindings: Record<string, Binding>,
  response: InvocationResponse,
  given: Partial<OutputPorts> = {},
  data: Record<string, TypedData> = {},
) {
  const sent: [string | undefined, string, readonly string[]][] = [];
  const fn: RegisteredFunction = { name: "f", bindings, callback: () => undefined };
  const ports: OutputPorts = {
    env: { TARGET: "Audit" },
    messageEncoding: "none",
    sendToQueue: async (connection, name, texts) => void sent.push([connection, name, texts]),
    ...given,
  };
  await writeOutputs(ports, fn, data, response);
  return sent;
}

describe("outputs", () => {
  test("are sent to their queue, with its name in lower case and with settings and parameters resolved", async () => {
    const response = { outputData: [{ name: "out", data: { string: "x" } }] };
    expect(
      await written({ out: queue("%TARGET%-{Name}", "Other") }, response, {}, { name: { string: "IRIS" } }),
    ).toEqual([["Other", "audit-iris", ["x"]]]);
  });

  test("are base64 unless host.json sets another encoding", async () => {
    const response = { outputData: [{ name: "out", data: { string: "x" } }] };
    expect(await written({ out: queue("q") }, response, { messageEncoding: "base64" })).toEqual([
      [undefined, "q", ["eA=="]],
    ]);
  });

  test("contain the returned value with a $return binding", async () => {
    expect(await written({ $return: queue("q") }, { returnValue: { string: "x" } })).toEqual([[undefined, "q", ["x"]]]);
  });

  test("contain the members of a returned object without a $return binding", async () => {
    const returnValue = { json: JSON.stringify({ out: { a: 1 }, text: "t", other: "ignored", none: null }) };
    expect(await written({ out: queue("a"), text: queue("b"), none: queue("c") }, { returnValue })).toEqual([
      [undefined, "a", ['{\n  "a": 1\n}']],
      [undefined, "b", ["t"]],
    ]);
  });

  test("are not written for undefined, an empty list or an HTTP response", async () => {
    expect(
      await written(
        { $return: queue("q"), out: queue("q") },
        { returnValue: null, outputData: [{ name: "out", data: { json: "[]" } }] },
      ),
    ).toEqual([]);
    expect(await written({ $return: { type: "http", direction: "out" } }, { returnValue: { http: {} } })).toEqual([]);
  });

  test("fail if a parameter or a setting of the queue name is missing", async () => {
    const response = { outputData: [{ name: "out", data: { string: "x" } }] };
    await expect(written({ out: queue("q-{nobody}") }, response)).rejects.toThrow(
      "No value for named parameter 'nobody'.",
    );
    await expect(written({ out: queue("%NONE%") }, response)).rejects.toThrow("'%NONE%' does not resolve to a value");
  });

  test("fail if storage fails", async () => {
    const sendToQueue = async () => {
      throw new Error("out of reach");
    };
    await expect(written({ $return: queue("q") }, { returnValue: { string: "x" } }, { sendToQueue })).rejects.toThrow(
      "out of reach",
    );
  });
});
