import { fileURLToPath } from "node:url";

/** This package's own folder, absolute: one above this file, in src/ as in dist/, where all lies in one bundle. */
export const packageFolder = fileURLToPath(new URL("../", import.meta.url));
