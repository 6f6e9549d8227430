import { expect } from "vitest";

/** Secrets that no test output may show; they are in the environment of every run of the program. */
export const planted = {
  CLOUDFLARE_API_TOKEN: "planted-Token_0123456789abcdefghijklmno",
  CLOUDFLARE_EMAIL: "planted.person@example.org",
  NPM_TOKEN: "npm_plantedTokenOfAnotherProgram",
};

/**
 * Fails the test if an output shows a secret: a planted one, one from the run's environment, an email address,
 * or the full id of a database or account.
 * @param allowed ids that may be shown because an account must be chosen
 */
export function expectNoSecrets(output: string, env: NodeJS.ProcessEnv, allowed: string[] = []): void {
  for (const name of [...Object.keys(planted), "CLOUDFLARE_ACCOUNT_ID"]) {
    const secret = env[name];
    if (secret && !allowed.includes(secret)) expect(output).not.toContain(secret);
  }
  for (const value of Object.values(planted)) expect(output).not.toContain(value);
  const found = [
    ...(output.match(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi) ?? []),
    // Excludes the last part of a bookmark.
    ...(output.match(/(?<![-0-9a-f])[0-9a-f]{32}(?![0-9a-f])/gi) ?? []),
    ...(output.match(/[\w.]+@[\w]+\.(?:com|org|net)\b/gi) ?? []),
  ];
  expect(found.filter((id) => !allowed.includes(id))).toEqual([]);
}
