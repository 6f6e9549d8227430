import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loopback } from "../support/remote.js";
import { planted } from "../support/secrets.js";

const { make, api } = loopback();

// Every run of the program in every test is searched for secrets; here wrangler itself is made to print them.
describe("secrets that wrangler prints", () => {
  it.each([
    ["without flags", []],
    ["with --debug", ["--debug"]],
  ])("are hidden from all output %s", async (_, flags) => {
    const database = await make("oldest");
    const config = join(database.cwd, "wrangler.toml");
    const account = api().accounts[0]?.id ?? "";
    writeFileSync(config, `account_id = "${account}"\n${readFileSync(config, "utf8")}`);
    const said = `Authorization: Bearer ${planted.CLOUDFLARE_API_TOKEN} of ${planted.CLOUDFLARE_EMAIL} for ${database.id} in ${account} at https://store.example/x?X-Amz-Signature=abc123 \u001b[2J\u0007`;
    database.fault({ kind: "fail", status: 418, code: 1, message: said });
    const { code, stdout, stderr, json } = await database.run("--yes", ...flags);
    expect([code, json.error?.code]).toEqual([1, "UNEXPECTED_OUTPUT"]);
    expect(json.error?.message).toContain("[hidden]");
    expect(stdout + stderr).not.toContain("X-Amz-Signature=abc");
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});
