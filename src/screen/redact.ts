import { homedir } from "node:os";

/**
 * Makes the function that takes secrets out of a text: those that are known, tokens, authorization headers, e-mail
 * addresses, signed addresses; ids of accounts and databases are shortened; the home folder becomes `~`.
 * @param secrets texts that must never be shown, whoever prints them; more may be added later
 * @param revealed ids (in lower case) that stay as they are
 * @param home the home folder
 */
export function makeRedact(
  secrets: ReadonlySet<string>,
  revealed: ReadonlySet<string>,
  home = homedir(),
): (text: string) => string {
  const homePattern = patternOfFolder(home);
  let known = { count: 0, pattern: nothing };
  return (text) => {
    if (known.count !== secrets.size) known = { count: secrets.size, pattern: patternOfSecrets(secrets) };
    // An account's id may stand among a project's secrets, and has to be seen where one is chosen.
    let clean = text.replace(known.pattern, (found) =>
      revealed.has(found.toLowerCase()) ? found : "[hidden]",
    );
    for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
    // To prepare a pattern for all scripts takes longer than all the others together.
    if (clean.includes("@")) clean = clean.replace(email, "[e-mail hidden]");
    for (const pattern of idPatterns)
      clean = clean.replace(pattern, (id, start) => (revealed.has(id.toLowerCase()) ? id : `${start}…`));
    return homePattern === null ? clean : clean.replace(homePattern, "~");
  };
}

const nothing = /(?!)/g;

/** Any of the secrets, as they may be printed: broken at a space to fit a line, or as JSON writes them. */
function patternOfSecrets(secrets: ReadonlySet<string>): RegExp {
  // The longer one first, so that no tail of it is left.
  const ways = [...secrets]
    .sort((a, b) => b.length - a.length)
    .map((secret) =>
      literal(secret)
        .replace(/"|\\\\/g, "\\\\*$&")
        .replace(/\s+/g, "\\s+"),
    );
  return ways.length === 0 ? nothing : new RegExp(ways.join("|"), "g");
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** A folder as it may be written, with either slash; null for one that is too short to be told. */
function patternOfFolder(folder: string): RegExp | null {
  const parts = folder.split(/[\\/]+/).filter(Boolean);
  if (parts.length === 0) return null;
  const whole = parts.map(literal).join("[\\\\/]+");
  const start = /^[\\/]/.test(folder) ? "(?<![\\w.~-])[\\\\/]+" : "(?<!\\w)";
  // Windows does not tell case apart.
  return new RegExp(`${start}${whole}(?![\\w-]|\\.\\w)`, /^\w:/.test(folder) ? "gi" : "g");
}

// Between a name and its value; quotes may be escaped, where JSON stands in JSON.
const is = String.raw`((?:\\*["'])?\s*[:=]\s*(?:\\*["'])?)`;

const patterns: [RegExp, string][] = [
  // Whatever follows such a header's name in its line.
  [new RegExp(`(authorization|x-auth-(?:key|email|user-service-key))${is}[^\\r\\n]+`, "gi"), "$1$2[hidden]"],
  [/\bBearer\s+[\w.~+/=-]{4,}/gi, "Bearer [hidden]"],
  // api_token=…, "token": "…", CLOUDFLARE_API_KEY: …
  [
    new RegExp(`(token|secret|passw(?:or)?d|(?:api|private)[_-]?key)${is}[^\\s"',;\\\\]{4,}`, "gi"),
    "$1$2[hidden]",
  ],
  [/\b(?:gh[a-z]|github_pat|npm|glpat|sk)[_-][A-Za-z0-9_]{8,}/g, "[hidden]"],
  // A name and password in an address.
  [/(:\/\/)[^\s/:@]+:[^\s/@]+@/g, "$1[hidden]@"],
  // An address with a signature is good for whoever has it.
  [/https?:\/\/[^\s"']*[?&](?:X-Amz-[\w-]+|signature|sig|token)=[^\s"']*/gi, "[signed address hidden]"],
];

// Not a package with its version, which looks alike: wrangler@4.86.0-beta.
const email = /[\p{L}\p{M}\p{N}._%+-]+@(?!\d+\.\d)(?:[\p{L}\p{M}\p{N}-]+\.)+\p{L}{2,}/gu;

// Ids of databases, then of accounts. A Time Travel bookmark (8-8-8-32) stays: it is the way back.
const idPatterns = [
  /(?<![0-9a-f])([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/gi,
  /(?<![0-9a-f])(?<![0-9a-f]{8}-)([0-9a-f]{6})[0-9a-f]{26}(?![0-9a-f])/gi,
];

/** Applies `redact` to every text in a JSON value. */
export function redactDeep(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    // Statements are given exactly as sent; they come from the package's own files.
    Object.entries(value).map(([key, item]) => [key, key === "statements" ? item : redactDeep(item, redact)]),
  );
}
