import { expect, test } from "vitest";
import { maskIssue } from "../../../../shared/core/text/mask-issue.ts";

const key = "https:~1~1user:hunter2@example.org~1~0x";
const masked = "https:~1~1user:***@example.org~1~0x";

test("maskIssue hides secrets of the payload in the message, the pointer and the suggestion", () => {
  expect(
    maskIssue({
      pointer: `/tags/${key}`,
      line: 3,
      code: "wrong_type",
      message: "tags.https://user:hunter2@example.org must be text.",
      suggestion: [
        { op: "move", from: `/${key}`, path: `/tags/${key}` },
        { op: "remove", path: `/${key}` },
        { op: "replace", path: "/a", value: "Password=hunter2" },
        { op: "add", path: `/${key}`, value: 7 },
        { op: "replace", path: "/b", value: ["Password=hunter2", { a: "Password=hunter2", b: 1 }] },
      ],
    }),
  ).toEqual({
    pointer: `/tags/${masked}`,
    line: 3,
    code: "wrong_type",
    message: "tags.https://user:***@example.org must be text.",
    suggestion: [
      { op: "move", from: `/${masked}`, path: `/tags/${masked}` },
      { op: "remove", path: `/${masked}` },
      { op: "replace", path: "/a", value: "Password=***" },
      { op: "add", path: `/${masked}`, value: 7 },
      { op: "replace", path: "/b", value: ["Password=***", { a: "Password=***", b: 1 }] },
    ],
  });
});

test.each(["", "/", "/a~1b/~0/0", "/tags/"])("the pointer %j, which contains no secret, is unchanged", (pointer) => {
  const issue = { pointer, code: "wrong_type", message: "It is wrong.", blocks_submission: true };
  expect(maskIssue(issue)).toEqual(issue);
});
