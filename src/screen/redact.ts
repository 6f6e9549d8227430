import { homedir } from "node:os";

/** Variables whose value must never be shown, whoever prints it. */
const secretNames = /TOKEN|SECRET|PASSWORD|API_KEY|CREDENTIAL|CLOUDFLARE_EMAIL|CF_EMAIL/i;

/**
 * Makes the function that takes secrets out of a text: values of secret variables, tokens, authorization
 * headers, e-mail addresses, signed addresses; ids of accounts and databases are shortened; the home folder
 * becomes `~`.
 * @param env the environment that may hold secrets
 * @param revealed ids (in lower case) that stay as they are
 * @param home the home folder
 */
export function makeRedact(
  env: NodeJS.ProcessEnv,
  revealed: Set<string>,
  home = homedir(),
): (text: string) => string {
  const secrets = Object.entries(env)
    .filter(([name, value]) => secretNames.test(name) && value !== undefined && value.length >= 8)
    .map(([, value]) => value as string)
    .sort((a, b) => b.length - a.length);
  const hideHome = home.length > 1;
  return (text) => {
    let clean = text;
    for (const secret of secrets) clean = clean.replaceAll(secret, "[hidden]");
    for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
    for (const pattern of idPatterns)
      clean = clean.replace(pattern, (id, start) => (revealed.has(id.toLowerCase()) ? id : `${start}…`));
    return hideHome ? clean.replaceAll(home, "~") : clean;
  };
}

const patterns: [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, "$1 [hidden]"],
  [
    /\b(authorization|x-auth-key|x-auth-email|x-auth-user-service-key)(["']?\s*[:=]\s*["']?)[^\s"',]+/gi,
    "$1$2[hidden]",
  ],
  [
    /\b((?:api|access|refresh|oauth|auth)[_-]?(?:token|key))(["']?\s*[:=]\s*["']?)[\w.~+/=-]{8,}/gi,
    "$1$2[hidden]",
  ],
  // An address with a signature is good for whoever has it.
  [/https?:\/\/[^\s"']*[?&](?:X-Amz-[\w-]+|signature|sig|token)=[^\s"']*/gi, "[signed address hidden]"],
  [/[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}\b/gi, "[e-mail hidden]"],
];

// Ids of databases, then of accounts. A Time Travel bookmark (8-8-8-32) stays: it is the way back.
const idPatterns = [
  /(?<![\w-])([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])/gi,
  /(?<![\w-])([0-9a-f]{6})[0-9a-f]{26}(?![\w-])/gi,
];

/** Applies `redact` to every text in a JSON value. */
export function redactDeep(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item, redact)]));
}
