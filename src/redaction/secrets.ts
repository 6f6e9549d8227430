/** Names of variables whose value must never be shown, no matter what prints it. */
const secretName =
  /TOKEN|SECRET|PASSW(?:OR)?D|PASSPHRASE|(?:API|PRIVATE|ACCESS|SIGNING|ENCRYPTION|SERVICE|CA|GLOBAL)_?KEY|JWT|BEARER|CREDENTIAL|CLOUDFLARE_EMAIL|CF_EMAIL|(?<![a-z])(?:PASS|AUTH)(?![a-z])/i;

/** Whether a variable of this name holds a secret. */
export function looksSecret(name: string): boolean {
  return secretName.test(name);
}

/** Returns the secrets in an environment. */
export function secretsIn(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value]) => (looksSecret(name) ? secretTexts(value ?? "") : []));
}

/**
 * Returns the parts of a secret value to hide: each of its lines, since a multi-line key is seldom printed as one.
 * @param value may have line breaks, also written as `\n`
 */
export function secretTexts(value: string): string[] {
  return value
    .split(/\r?\n|\\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= 12 || (line.length >= 8 && !isPlainWord(line)));
}

/**
 * Whether a text is a plain word, such as `production` or `METADATA`. Hiding such a short value would remove that word
 * from every sentence, and a generated secret hardly ever looks like it.
 */
function isPlainWord(text: string): boolean {
  return /^(?:\p{Lu}?\p{Ll}+|\p{Lu}+)$/u.test(text);
}
