/** Names of variables whose value must never be shown, whoever prints it. */
const secretName =
  /TOKEN|SECRET|PASSW(?:OR)?D|PASSPHRASE|(?:API|PRIVATE|ACCESS|SIGNING|ENCRYPTION|SERVICE|CA|GLOBAL)_?KEY|JWT|BEARER|CREDENTIAL|CLOUDFLARE_EMAIL|CF_EMAIL|(?<![a-z])(?:PASS|AUTH)(?![a-z])/i;

/** Whether a variable of this name holds a secret. */
export function looksSecret(name: string): boolean {
  return secretName.test(name);
}

/** The secrets of an environment. */
export function secretsIn(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value]) => (looksSecret(name) ? secretTexts(value ?? "") : []));
}

/**
 * What of a secret value has to be hidden: each of its lines, since a key of several lines is seldom printed as one.
 * @param value may have line breaks, also written as `\n`
 */
export function secretTexts(value: string): string[] {
  return value
    .split(/\r?\n|\\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= 12 || (line.length >= 8 && !isPlainWord(line)));
}

/**
 * A short value in letters of one kind, such as `production` or `METADATA`: hiding it would take that word out of
 * every sentence, while a secret that a machine made is hardly ever like it.
 */
function isPlainWord(text: string): boolean {
  return /^(?:\p{Lu}?\p{Ll}+|\p{Lu}+)$/u.test(text);
}
