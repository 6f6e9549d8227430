// Ways to change a TOML text in just one place. Each function gives candidates, the best layout first; the caller
// takes the first one that says what is intended. That makes a full reader of TOML's layout needless, and nothing
// can be changed by mistake.

/** A line that names a database, as an entry of `d1_databases` has it. */
const naming = /^[ \t]*(["']?)(database_name|binding)\1[ \t]*=/;

/** The texts in which one occurrence of a quoted value has become another value. */
export function* valueReplaced(text: string, old: string, value: string): Generator<string> {
  for (const quote of ['"', "'"]) {
    const shellQuote = `${quote}${old}${quote}`;
    for (let at = text.indexOf(shellQuote); at !== -1; at = text.indexOf(shellQuote, at + 1))
      yield `${text.slice(0, at)}"${value}"${text.slice(at + shellQuote.length)}`;
  }
}

/** The texts in which one table that has a name or a binding has got one more key: a line, or within its line. */
export function* keyAdded(text: string, key: string, value: string): Generator<string> {
  const end = lineEnd(text);
  const places = [...linesOf(text)].filter(({ line }) => naming.test(line));
  // The name comes before the id, as wrangler prints it.
  places.sort((a, b) => Number(/database_name/.test(b.line)) - Number(/database_name/.test(a.line)));
  for (const { line, stop } of places) {
    const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
    yield `${text.slice(0, stop)}${end}${indent}${key} = "${value}"${text.slice(stop)}`;
  }
  const inline = /(["']?)\b(?:database_name|binding)\1[ \t]*=[ \t]*(?:"(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*')/g;
  const ends = [...text.matchAll(inline)].map((m) => m.index + m[0].length);
  for (const at of ends.reverse()) yield `${text.slice(0, at)}, ${key} = "${value}"${text.slice(at)}`;
}

/**
 * The texts with one more D1 database: as a table at the end, or in a list that is still empty.
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

/** The texts without one of the lines that give a key its value. */
export function* withoutLine(text: string, key: string): Generator<string> {
  for (const match of text.matchAll(new RegExp(`^[ \\t]*${key}[ \\t]*=[^\\n]*\\n?`, "gm")))
    yield text.slice(0, match.index) + text.slice(match.index + match[0].length);
}

/** How the lines of a text end. */
export function lineEnd(text: string): "\r\n" | "\n" {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** Every line without its end, and the offset at which that end begins. */
function* linesOf(text: string): Generator<{ line: string; stop: number }> {
  let start = 0;
  for (const whole of text.split("\n")) {
    const line = whole.replace(/\r$/, "");
    yield { line, stop: start + line.length };
    start += whole.length + 1;
  }
}

/**
 * The texts without Node's old compatibility switch, which wrangler 4 refuses: its line becomes the present form,
 * or goes where the list of flags is there already.
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
