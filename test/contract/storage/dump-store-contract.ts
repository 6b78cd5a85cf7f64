import { describe, expect, test } from "vitest";
import type { DumpStore } from "../../../shared/core/ports/storage-ports.ts";

const yaml = "command: |\n  echo 'ü 🙂'\n  echo \"\\r\\n\"\n";

/** Contract of every DumpStore. @param create returns an empty one. */
export function dumpStoreContract(adapter: string, create: () => DumpStore): void {
  describe(`dumps: ${adapter}`, () => {
    test("a missing dump is undefined", async () => {
      expect(await create().get("iris")).toBeUndefined();
    });

    test("a dump is read as it was written", async () => {
      const dumps = create();
      await dumps.put("iris", yaml);
      expect(await dumps.get("iris")).toBe(yaml);
    });

    test("an existing dump is not overwritten", async () => {
      const dumps = create();
      await dumps.put("iris", yaml);
      await dumps.put("iris", "command: another\n");
      expect(await dumps.get("iris")).toBe(yaml);
    });

    test("deleting a dump twice succeeds", async () => {
      const dumps = create();
      await dumps.put("iris", yaml);
      await dumps.delete("iris");
      await dumps.delete("iris");
      expect(await dumps.get("iris")).toBeUndefined();
    });

    test("the location of a dump contains no secret", () => {
      expect(create().location("iris")).toMatch(/^[\w-]+\/iris\/job\.yml$/);
    });
  });
}
