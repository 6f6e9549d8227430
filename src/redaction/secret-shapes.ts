/** What replaces a secret: a text, or a function of the match and its groups. */
type Replacement = string | ((found: string, ...groups: string[]) => string);

/**
 * Where a token may start: not after a letter or digit, unless it belongs to a color sequence or to an escaped
 * character in JSON, a URL or our own texts.
 */
const written = String.raw`(?<=\\[bfnrt]|\\x[\da-f]{2}|\\u[\da-f]{4}|\\u\{[\da-f]+\}|%[\dA-F]{2}|\x1b\[[\d;]*m)`;
const start = `(?:(?<![A-Za-z0-9])|${written})`;
/** The same for an id, which may be inside a name, but must not start within such an escape. */
export const idStart = String.raw`(?:(?<![\da-f])(?<!\\[ux])|${written})`;

const color = String.raw`(?:\x1b\[[\d;]*m)*`;
// Between a name and its value; quotes may be escaped, as in JSON within JSON.
const is = String.raw`((?:\\*["'])?${color}\s*[:=]\s*${color})`;

/** Excludes SQLite's own messages about a word that merely looks like a secret's name. */
const inSyntaxError = String.raw`(?!\\*["']\s*:\s*syntax error)`;

const names =
  "token|secret|passw(?:or)?d|passphrase|(?<![a-z])_auth|(?:api|private|access|secret|signing|encryption|service)[_-]?key(?:[_-]?id)?";

/**
 * A character of a URL. An escaped line break in JSON ends the URL, or it would swallow the name of the next secret.
 */
const inAddress = String.raw`(?:[^\s"'\\]|\\/|\\u0026)`;

/** Secrets by their form or by what precedes them, with their replacements, applied in this order. */
export const shapes: [RegExp, Replacement][] = [
  // Everything after such a header's name on its line.
  [
    new RegExp(
      `(authorization|x-auth-(?:key|email|user-service-key))${inSyntaxError}((?:\\\\*["'])?\\s*[:=]\\s*(?:\\\\*["'])?)[^\\r\\n]+`,
      "gi",
    ),
    "$1$2[hidden]",
  ],
  // A multi-line key, even if its end was cut off.
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[hidden]"],
  // A user name and password in a URL.
  [/(:\/\/)[^\s/:@]+:[^\s/@]+@/g, "$1[hidden]@"],
  // A signed URL works for anyone who has it. JSON and HTML may write its `&` in their own ways.
  [
    new RegExp(
      `https?:${inAddress}{0,2000}(?:[?&]|&amp;|\\\\u0026)(?:X-Amz-[\\w-]+|X-Goog-[\\w-]+|AWSAccessKeyId|signature|sig|token|access_token)=${inAddress}*`,
      "gi",
    ),
    "[signed address hidden]",
  ],
  // The same within another URL, or alone.
  [
    /(X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token))(=|%3D|\\*["']?:\s*\\*["']?)[\w%/+.~=-]{4,}/gi,
    "$1$2[hidden]",
  ],
  [/(signature(?:=|%3D))[\w%/+.~-]{16,}/gi, "$1[hidden]"],
  // Cloudflare's tokens and keys; Origin CA's; the old global key.
  [new RegExp(`${start}cf(?:k|ut|at|oat|ort|sat)_[\\w-]{16,}`, "g"), "[hidden]"],
  [new RegExp(`${start}v1\\.0-[\\da-f]{16,}(?:-[\\da-f]+)*`, "g"), "[hidden]"],
  [new RegExp(`${start}(?<!\\\\u)[\\da-f]{37}(?![\\da-zA-Z])`, "g"), "[hidden]"],
  // GitHub, GitLab, Stripe and others; npm, whose variables have the same prefix; AWS; JSON Web Tokens.
  [new RegExp(`${start}gh[oprsu]_\\w{16,}(?:[.-][\\w-]+)*`, "g"), "[hidden]"],
  [new RegExp(`${start}(?:github_pat_|glpat-|sk[_-](?=[\\w-]{0,200}\\d))[\\w-]{16,}`, "g"), "[hidden]"],
  [new RegExp(`${start}npm_[A-Za-z0-9]{20,}`, "g"), "[hidden]"],
  [new RegExp(`${start}A(?:KI|SI)A[A-Z0-9]{16}(?![A-Za-z0-9])`, "g"), "[hidden]"],
  [new RegExp(`${start}eyJ[\\w-]{10,}={0,2}(?:\\.[\\w-]*)*`, "g"), "[hidden]"],
  // Not where the text is about bearer authentication itself.
  [
    new RegExp(
      `${start}Bearer\\s+(?!(?:tokens?|auth\\w*|scheme|realm|errors?|headers?|credentials?)\\b)[\\w.~+/=-]{4,}`,
      "gi",
    ),
    "Bearer [hidden]",
  ],
  [new RegExp(`${start}Basic\\s+(?=[a-z]*[A-Z0-9])[A-Za-z0-9+/]{12,}={0,2}`, "g"), "Basic [hidden]"],
  // api_token=…, "token": "…", CLOUDFLARE_API_KEY: …
  [
    new RegExp(
      `(?<!unrecognized )(${names})${inSyntaxError}${is}(?:(\\\\*["'])([^\\r\\n]{4,2000}?)\\3|(\\\\*["'])?([^\\s"',;\\\\\\x1b]{4,}))`,
      "gi",
    ),
    (found, name = "", between = "", quote, _quoted, open = "", plain = "") => {
      if (quote !== undefined) return `${name}${between}${quote}[hidden]${quote}`;
      return open === "" && isNoSecret(plain, between) ? found : `${name}${between}${open}[hidden]`;
    },
  ],
  // Cloudflare's older tokens have nothing else to recognize them by.
  [
    new RegExp(`${start}(?<![_-])[\\w-]{40}(?![\\w-])`, "g"),
    (found) => (isRandom(found) ? "[hidden]" : found),
  ],
];

/** What may end a sentence, or the code in it, after a value. */
const end = "[.!?)\\]`]*$";
const noValues = [
  // A placeholder, a variable, a column.
  new RegExp(`^(?:<[\\w -]+>?|\\$[A-Z_][A-Z\\d_]*|\\$\\{[A-Z_][A-Z\\d_]*\\})${end}`),
  new RegExp(`^(?:process\\.env|env|[a-z_]+)\\.[a-z_]*(?:token|secret|passw|key)[a-z_]*${end}`, "i"),
  new RegExp(`^(?:null|none|true|false|undefined|empty)${end}`, "i"),
  /^(?:coalesce|hex|ifnull|json_\w+|length|lower|random\w*|trim|upper)\(/i,
];

/** Prose after a colon, as in `token: expired`. */
const word = new RegExp(`^(?:[A-Z]?[a-z]{1,14}|[A-Z]{2,15})${end}`);

function isNoSecret(value: string, between: string): boolean {
  return noValues.some((pattern) => pattern.test(value)) || (between.includes(":") && word.test(value));
}

/**
 * A generated text of 40 characters changes between lowercase letters, uppercase letters, digits and others about 25
 * times; anything above this number counts as random.
 */
const fewestChanges = 12;

/** Whether a text was generated at random, unlike a name or a hash, which has letters of one case only. */
function isRandom(text: string): boolean {
  if (!/[a-z]/.test(text) || !/[A-Z]/.test(text) || !/\d/.test(text)) return false;
  return (text.match(/[a-z]+|[A-Z]+|\d+|[_-]+/g) ?? []).length > fewestChanges;
}
