import { homeFolder, platform as ownPlatform } from "#host";
import { idStart, shapes } from "./secret-shapes.js";

/**
 * Makes the function that removes secrets from a text: known ones, tokens, authorization headers, e-mail addresses,
 * signed URLs. Ids of accounts and databases are shortened, and the home folder is replaced.
 * @param secrets texts that must never be shown, no matter what prints them; more may be added later
 * @param revealed ids (in lower case) that are left unchanged
 * @param names what to write for the home folder
 */
export function makeRedact(
  secrets: ReadonlySet<string>,
  revealed: ReadonlySet<string>,
  home = homeFolder(),
  names = homeNames("screen"),
): (text: string) => string {
  const homePattern = patternOfFolder(home);
  let known = { count: 0, pattern: nothing };
  return (text) => {
    if (known.count !== secrets.size) known = { count: secrets.size, pattern: patternOfSecrets(secrets) };
    // An account's id may be among a project's secrets, and must be visible where one is chosen.
    let clean = text.replace(known.pattern, (found) =>
      revealed.has(found.toLowerCase()) ? found : "[hidden]",
    );
    for (const [pattern, replacement] of shapes) clean = clean.replace(pattern, replacement as string);
    // Preparing a pattern for all scripts takes longer than all the others together.
    if (clean.includes("@")) clean = clean.replace(email, "[e-mail hidden]");
    if (clean.includes("%40")) clean = clean.replace(encodedEmail, "[e-mail hidden]");
    for (const pattern of idPatterns)
      clean = clean.replace(pattern, (id, start) => (revealed.has(id.toLowerCase()) ? id : `${start}…`));
    if (homePattern === null) return clean;
    if (names.inCommands === names.inText) return clean.replace(homePattern, names.inText);
    return clean.replace(homePattern, (found, ...[at, whole]: [number, string]) =>
      isInCommand(whole, at) ? (names.inCommands ?? found) : names.inText,
    );
  };
}

/**
 * Makes the redaction for a text that others will read, such as an issue. It reveals no ids, not even those that were
 * shown to choose from.
 * @param secrets as for `makeRedact`
 */
export function makePublicRedact(secrets: string[]): (text: string) => string {
  return makeRedact(new Set(secrets), new Set(), homeFolder(), homeNames("public"));
}

/** What to write for the home folder, which contains the user's name; null for the folder itself. */
export interface HomeNames {
  inText: string;
  inCommands: string | null;
}

/**
 * Returns what to write for the home folder. Neither `~` nor a variable means it in both Windows shells: with `~` in a
 * copied command, cmd would create a new local database in a folder of that name. So on Windows, commands on the screen
 * contain the real folder, and those for public readers a placeholder that no shell takes for a folder.
 * @param readers whether only the user sees it, or it is made for an issue
 */
export function homeNames(readers: "screen" | "public", platform = ownPlatform): HomeNames {
  if (platform !== "win32") return { inText: "~", inCommands: "~" };
  return { inText: "~", inCommands: readers === "screen" ? null : "<home>" };
}

// `type` is a command only at the start of a line; elsewhere it is a word of a sentence.
const commandBefore =
  /(?:^ *type\s|(?:^|[\s`"'(])(?:(?:npx|npm|pnpm|yarn|bunx?|node|docker|wrangler|kv-manager-upgrade)\s|--[a-z][a-z-]*[ =]))[^\n]*$/;

/** Whether a position in a text is part of a command, or of a flag for one. */
function isInCommand(text: string, at: number): boolean {
  return commandBefore.test(text.slice(text.lastIndexOf("\n", at) + 1, at));
}

const nothing = /(?!)/g;

/**
 * Matches any of the secrets as they may be printed: broken at a space to fit a line, or encoded as in JSON or a URL.
 */
function patternOfSecrets(secrets: ReadonlySet<string>): RegExp {
  // The longest first, so that no tail of one is left.
  const ways = [...secrets]
    .flatMap((secret) => [...new Set([secret, encoded(secret)])])
    .sort((a, b) => b.length - a.length)
    .map((secret) =>
      literal(secret)
        .replace(/"|\\\\/g, "\\\\*$&")
        .replace(/\s+/g, "\\s+"),
    );
  return ways.length === 0 ? nothing : new RegExp(ways.join("|"), "g");
}

/** URL-encoded; a lone surrogate, which no URL can contain, is replaced. */
function encoded(text: string): string {
  return encodeURIComponent(new TextDecoder().decode(new TextEncoder().encode(text)));
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Matches a folder as it may be written, with either slash; null for an empty path or the root. */
function patternOfFolder(folder: string): RegExp | null {
  const parts = folder.split(/[\\/]+/).filter(Boolean);
  if (parts.length === 0) return null;
  const whole = parts.map(literal).join("[\\\\/]+");
  const start = /^[\\/]/.test(folder) ? "(?<![\\w.~-])[\\\\/]+" : "(?<!\\w)";
  // Windows paths are case-insensitive.
  return new RegExp(`${start}${whole}(?![\\w-]|\\.\\w)`, /^\w:/.test(folder) ? "gi" : "g");
}

// Not a package with its version, which looks similar: wrangler@4.86.0-beta. The name is limited, or a long word would
// be searched again from each of its characters.
const email = /[\p{L}\p{M}\p{N}._%+-]{1,256}@(?!\d+\.\d)(?:[\p{L}\p{M}\p{N}-]+\.)+\p{L}{2,}/gu;

/** The same in a URL. The end of an escape, as in `%20%40`, is not a name. */
const encodedEmail = /(?<![\w%])[\w.+-]{1,64}%40(?!\d+\.\d)(?:[\w-]+\.)+[A-Za-z]{2,}/g;

// Ids of databases, then of accounts. A Time Travel bookmark (8-8-8-32) is kept: it is the restore point.
const idPatterns = [
  `${idStart}([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])`,
  `${idStart}(?<![0-9a-f]{8}-)([0-9a-f]{6})[0-9a-f]{26}(?![0-9a-f])`,
].map((pattern) => new RegExp(pattern, "gi"));

/** Applies `redact` to every text in a JSON value. */
export function redactDeep(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    // Statements are kept exactly as sent; they come from the package's own files.
    Object.entries(value).map(([key, item]) => [key, key === "statements" ? item : redactDeep(item, redact)]),
  );
}
