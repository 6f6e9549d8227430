import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumPath } from "./support/browser-path.js";

/** Gives all tests one temporary folder, so that nothing is left behind even if a test fails. */
export default function setup(): () => void {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kv-manager-tests-")));
  for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = folder;
  if (chromiumPath() === null)
    process.stderr.write(
      "No Chromium was found (CHROMIUM names one): the tests of the web page in a browser are left out.\n",
    );
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
