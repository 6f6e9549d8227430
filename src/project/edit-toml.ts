// Ways to change a TOML text in a single place. Each function yields candidates, the best layout first; the caller
// takes the first one that means what is intended. So no full parser of TOML's layout is needed, and nothing can be
// changed by mistake.

/** The texts with one occurrence of a quoted value replaced. */
export function* valueReplaced(text: string, old: string, value: string): Generator<string> {
  for (const quote of ['"', "'"]) {
    const quotedValue = `${quote}${old}${quote}`;
    for (let at = text.indexOf(quotedValue); at !== -1; at = text.indexOf(quotedValue, at + 1))
      yield `${text.slice(0, at)}"${value}"${text.slice(at + quotedValue.length)}`;
  }
}

/** The texts with one more key in a table that has a name or a binding: on a new line, or inline. */
export function* keyAdded(text: string, key: string, value: string): Generator<string> {
  const lines = [...text.matchAll(/(?<=^|\n)([ \t]*)(["']?)(?:database_name|binding)\2[ \t]*=[^\r\n]*/g)];
  // The name comes before the id, as wrangler prints it.
  lines.sort(([a], [b]) => Number(/database_name/.test(b)) - Number(/database_name/.test(a)));
  for (const line of lines) {
    const stop = line.index + line[0].length;
    yield `${text.slice(0, stop)}${lineEnd(text)}${line[1]}${key} = "${value}"${text.slice(stop)}`;
  }
  const inline = /(["']?)\b(?:database_name|binding)\1[ \t]*=[ \t]*(?:"(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*')/g;
  const ends = [...text.matchAll(inline)].map((m) => m.index + m[0].length);
  for (const at of ends.reverse()) yield `${text.slice(0, at)}, ${key} = "${value}"${text.slice(at)}`;
}

/**
 * The texts with one more D1 database: as a table at the end, or in an empty list.
 * @param env the environment that it is for; null for the top level
 */
export function* databaseAdded(
  text: string,
  env: string | null,
  fields: Record<string, string>,
): Generator<string> {
  const end = lineEnd(text);
  const pairs = Object.entries(fields).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const name = env === null ? "" : `env.${/^[\w-]+$/.test(env) ? env : JSON.stringify(env)}.`;
  const gap = text === "" ? "" : /\n$/.test(text) ? end : end + end;
  yield `${text}${gap}${[`[[${name}d1_databases]]`, ...pairs].join(end)}${end}`;
  const list = /\bd1_databases(["']?)[ \t]*=[ \t]*(\[\s*\])/g;
  for (const match of text.matchAll(list)) {
    const at = match.index + match[0].length;
    const before = text.slice(0, at - (match[2]?.length ?? 0));
    yield `${before}[{ ${pairs.join(", ")} }]${text.slice(at)}`;
  }
}

/** The texts with one of the lines that set a key removed. */
export function* withoutLine(text: string, key: string): Generator<string> {
  for (const match of text.matchAll(new RegExp(`^[ \\t]*${key}[ \\t]*=[^\\n]*\\n?`, "gm")))
    yield text.slice(0, match.index) + text.slice(match.index + match[0].length);
}

/**
 * The texts without the old `node_compat` setting, which wrangler 4 refuses: its line becomes the current form, or is
 * removed if the list of flags exists already.
 */
export function* withoutNodeCompat(text: string): Generator<string> {
  const line = /^([ \t]*)node_compat[ \t]*=[ \t]*(true|false)/gm;
  for (const match of text.matchAll(line)) {
    const rest = text.slice(match.index + match[0].length);
    const before = text.slice(0, match.index);
    yield `${before}${match[1]}compatibility_flags = ["nodejs_compat"]${rest}`;
    const without = `${before}${rest.replace(/^[^\n]*\n?/, "")}`;
    yield without;
    yield without.replace(/^([ \t]*compatibility_flags[ \t]*=[ \t]*\[)/m, '$1"nodejs_compat", ');
  }
}

/** The line ending of a text. */
export function lineEnd(text: string): "\r\n" | "\n" {
  return text.includes("\r\n") ? "\r\n" : "\n";
}
