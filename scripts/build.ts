/** `npm run build`: bundles the app into dist/. */
import { bundle } from "./bundle.ts";

await bundle("dist");
console.log("The app is in dist/main.cjs, the main file of package.json.");
