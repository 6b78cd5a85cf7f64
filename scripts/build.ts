/** Bundles the app into dist/, where package.json points to. */
import { bundle } from "./bundle.ts";

await bundle("dist");
console.log("The app is in dist/main.cjs, where package.json points to.");
