/** What is put in a secret's place: a text, or what makes it of a match and its groups. */
type Replacement = string | ((found: string, ...groups: string[]) => string);

/**
 * Where a token may begin: behind no letter or digit, unless these belong to a colour, or to a character that JSON,
 * an address or our own texts write by its number.
 */
const written = String.raw`(?<=\\[bfnrt]|\\x[\da-f]{2}|\\u[\da-f]{4}|\\u\{[\da-f]+\}|%[\dA-F]{2}|\x1b\[[\d;]*m)`;
const start = `(?:(?<![A-Za-z0-9])|${written})`;
/** The same for an id, which may stand within a name, but is not to begin in such a number. */
export const idStart = String.raw`(?:(?<![\da-f])(?<!\\[ux])|${written})`;

const colour = String.raw`(?:\x1b\[[\d;]*m)*`;
// Between a name and its value; quotes may be escaped, where JSON stands in JSON.
const is = String.raw`((?:\\*["'])?${colour}\s*[:=]\s*${colour})`;

/** SQLite's own sentences about a word that only happens to be called so. */
const inSyntaxError = String.raw`(?!\\*["']\s*:\s*syntax error)`;

const names =
  "token|secret|passw(?:or)?d|passphrase|(?<![a-z])_auth|(?:api|private|access|secret|signing|encryption|service)[_-]?key(?:[_-]?id)?";

/** A sign of an address. A line's end in JSON ends it, or it would take the name of the next secret with it. */
const inAddress = String.raw`(?:[^\s"'\\]|\\/|\\u0026)`;

/** Secrets by how they look or by what stands before them, and what is shown in their place, in this order. */
export const shapes: [RegExp, Replacement][] = [
  // Whatever follows such a header's name in its line.
  [
    new RegExp(
      `(authorization|x-auth-(?:key|email|user-service-key))${inSyntaxError}((?:\\\\*["'])?\\s*[:=]\\s*(?:\\\\*["'])?)[^\\r\\n]+`,
      "gi",
    ),
    "$1$2[hidden]",
  ],
  // Of a key in several lines, also where its end was cut off.
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[hidden]"],
  // A name and password in an address.
  [/(:\/\/)[^\s/:@]+:[^\s/@]+@/g, "$1[hidden]@"],
  // An address with a signature is good for whoever has it. JSON and HTML may write its `&` in their own ways.
  [
    new RegExp(
      `https?:${inAddress}{0,2000}(?:[?&]|&amp;|\\\\u0026)(?:X-Amz-[\\w-]+|X-Goog-[\\w-]+|AWSAccessKeyId|signature|sig|token|access_token)=${inAddress}*`,
      "gi",
    ),
    "[signed address hidden]",
  ],
  // The same within another address, or alone.
  [
    /(X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token))(=|%3D|\\*["']?:\s*\\*["']?)[\w%/+.~=-]{4,}/gi,
    "$1$2[hidden]",
  ],
  [/(signature(?:=|%3D))[\w%/+.~-]{16,}/gi, "$1[hidden]"],
  // Cloudflare's tokens and keys; Origin CA's; the old global key.
  [new RegExp(`${start}cf(?:k|ut|at|oat|ort|sat)_[\\w-]{16,}`, "g"), "[hidden]"],
  [new RegExp(`${start}v1\\.0-[\\da-f]{16,}(?:-[\\da-f]+)*`, "g"), "[hidden]"],
  [new RegExp(`${start}(?<!\\\\u)[\\da-f]{37}(?![\\da-zA-Z])`, "g"), "[hidden]"],
  // GitHub, GitLab, Stripe and others; npm, which has variables that are called alike; AWS; JSON Web Tokens.
  [new RegExp(`${start}gh[oprsu]_\\w{16,}(?:[.-][\\w-]+)*`, "g"), "[hidden]"],
  [new RegExp(`${start}(?:github_pat_|glpat-|sk[_-](?=[\\w-]{0,200}\\d))[\\w-]{16,}`, "g"), "[hidden]"],
  [new RegExp(`${start}npm_[A-Za-z0-9]{20,}`, "g"), "[hidden]"],
  [new RegExp(`${start}A(?:KI|SI)A[A-Z0-9]{16}(?![A-Za-z0-9])`, "g"), "[hidden]"],
  [new RegExp(`${start}eyJ[\\w-]{10,}={0,2}(?:\\.[\\w-]*)*`, "g"), "[hidden]"],
  // Not where the words are about them.
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
  // Cloudflare's older tokens have nothing else to be told by.
  [
    new RegExp(`${start}(?<![_-])[\\w-]{40}(?![\\w-])`, "g"),
    (found) => (isRandom(found) ? "[hidden]" : found),
  ],
];

/** What may end a sentence, or the code in it, behind a value. */
const end = "[.!?)\\]`]*$";
const noValues = [
  // A placeholder, a variable, a column.
  new RegExp(`^(?:<[\\w -]+>?|\\$[A-Z_][A-Z\\d_]*|\\$\\{[A-Z_][A-Z\\d_]*\\})${end}`),
  new RegExp(`^(?:process\\.env|env|[a-z_]+)\\.[a-z_]*(?:token|secret|passw|key)[a-z_]*${end}`, "i"),
  new RegExp(`^(?:null|none|true|false|undefined|empty)${end}`, "i"),
  /^(?:coalesce|hex|ifnull|json_\w+|length|lower|random\w*|trim|upper)\(/i,
];

/** Prose behind a colon, as in `token: expired`. */
const word = new RegExp(`^(?:[A-Z]?[a-z]{1,14}|[A-Z]{2,15})${end}`);

function isNoSecret(value: string, between: string): boolean {
  return noValues.some((pattern) => pattern.test(value)) || (between.includes(":") && word.test(value));
}

/** How often a text of 40 signs changes between small and capital letters, digits and others, if a machine drew them: about 25 times. */
const fewestChanges = 12;

/** Whether a text was drawn at random, unlike a name or a hash, which has one kind of letters. */
function isRandom(text: string): boolean {
  if (!/[a-z]/.test(text) || !/[A-Z]/.test(text) || !/\d/.test(text)) return false;
  return (text.match(/[a-z]+|[A-Z]+|\d+|[_-]+/g) ?? []).length > fewestChanges;
}
