import { homeFolder, platform as ownPlatform } from "#host";
import { idStart, shapes } from "./secret-shapes.js";

/**
 * Makes the function that takes secrets out of a text: those that are known, tokens, authorization headers, e-mail
 * addresses, signed addresses; ids of accounts and databases are shortened; the home folder gets another name.
 * @param secrets texts that must never be shown, whoever prints them; more may be added later
 * @param revealed ids (in lower case) that stay as they are
 * @param home the home folder
 * @param names what is written in its place
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
    // An account's id may stand among a project's secrets, and has to be seen where one is chosen.
    let clean = text.replace(known.pattern, (found) =>
      revealed.has(found.toLowerCase()) ? found : "[hidden]",
    );
    for (const [pattern, replacement] of shapes) clean = clean.replace(pattern, replacement as string);
    // To prepare a pattern for all scripts takes longer than all the others together.
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

/** What is written for the home folder, which has its user's name in it; null for the folder as it is. */
export interface HomeNames {
  inText: string;
  inCommands: string | null;
}

/**
 * What is written for the home folder. Neither `~` nor a variable means it in both of Windows' shells: with `~` in a
 * copied command, cmd would begin a new local database in a folder of that name. So commands have the folder as it is
 * there; but where others read them, what no shell takes for a folder.
 * @param readers whether only the user sees it, or it is made for an issue
 */
export function homeNames(readers: "screen" | "public", platform = ownPlatform): HomeNames {
  if (platform !== "win32") return { inText: "~", inCommands: "~" };
  return { inText: "~", inCommands: readers === "screen" ? null : "<home>" };
}

// `type` begins one only where it begins the line; elsewhere it is a word of a sentence.
const commandBefore =
  /(?:^ *type\s|(?:^|[\s`"'(])(?:(?:npx|npm|pnpm|yarn|bunx?|node|docker|wrangler|kv-manager-upgrade)\s|--[a-z][a-z-]*[ =]))[^\n]*$/;

/** Whether what stands at a place of a text is part of a command, or of a flag for one. */
function isInCommand(text: string, at: number): boolean {
  return commandBefore.test(text.slice(text.lastIndexOf("\n", at) + 1, at));
}

const nothing = /(?!)/g;

/** Any of the secrets, as they may be printed: broken at a space to fit a line, or as JSON or an address writes them. */
function patternOfSecrets(secrets: ReadonlySet<string>): RegExp {
  // The longer one first, so that no tail of it is left.
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

/** As an address writes it; half of a pair of code units, which no address can have, is replaced. */
function encoded(text: string): string {
  return encodeURIComponent(new TextDecoder().decode(new TextEncoder().encode(text)));
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

// Not a package with its version, which looks alike: wrangler@4.86.0-beta.
// No name is longer than 64 signs; without a limit a long word would be searched again from each of its signs.
const email = /[\p{L}\p{M}\p{N}._%+-]{1,256}@(?!\d+\.\d)(?:[\p{L}\p{M}\p{N}-]+\.)+\p{L}{2,}/gu;

/** The same in an address. What a sign's number ends with, as in `%20%40`, is no name. */
const encodedEmail = /(?<![\w%])[\w.+-]{1,64}%40(?!\d+\.\d)(?:[\w-]+\.)+[A-Za-z]{2,}/g;

// Ids of databases, then of accounts. A Time Travel bookmark (8-8-8-32) stays: it is the way back.
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
    // Statements are given exactly as sent; they come from the package's own files.
    Object.entries(value).map(([key, item]) => [key, key === "statements" ? item : redactDeep(item, redact)]),
  );
}
