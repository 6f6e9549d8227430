import { describe, expect, it } from "vitest";
import { loopback } from "../support/remote.js";
import { planted } from "../support/secrets.js";

const { make } = loopback();

// Every run of the program in every test is searched for secrets; here wrangler itself is made to print them.
describe("secrets that wrangler prints", () => {
  it.each([[[]], [["--debug"]]])("do not come through, with %j", async (flags) => {
    const database = await make("oldest");
    const said = `Authorization: Bearer ${planted.CLOUDFLARE_API_TOKEN} of ${planted.CLOUDFLARE_EMAIL} for ${database.id} in 0123456789abcdef0123456789abcdef at https://store.example/x?X-Amz-Signature=abc123 \u001b[2J\u0007`;
    database.fault({ kind: "fail", status: 418, code: 1, message: said });
    const { code, stdout, stderr, json } = await database.run("--yes", ...flags);
    expect([code, json.error?.code]).toEqual([1, "UNEXPECTED_OUTPUT"]);
    expect(json.error?.message).toContain("[hidden]");
    expect(stdout + stderr).not.toContain("X-Amz-Signature=abc");
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});
