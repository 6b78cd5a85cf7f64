/** Bundles the app into dist/, where package.json points to. */
import { rmSync } from "node:fs";
import { bundle } from "./bundle.ts";

rmSync("dist", { recursive: true, force: true });
await bundle("dist");
