/** Bundles the app into dist/, where package.json points to. */
import { bundle } from "./bundle.ts";

await bundle("dist");
