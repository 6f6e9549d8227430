import { basename, dirname, join, resolve } from "node:path";
import { folderAndParents } from "../lib/folder-and-parents.js";
import { templateChanges } from "../messages/setup.js";
import { configFromText, isDefaultConfig, isFile, namesIn } from "./config-files.js";
import { edited, withDatabase } from "./edit-config.js";
import * as jsonc from "./edit-jsonc.js";
import * as toml from "./edit-toml.js";
import { standardBinding } from "./standard-names.js";

const templateEnding = /\.(example|sample|template)$/i;

/** An example config in the checkout, such as wrangler.toml.example; both paths are absolute. */
export interface Template {
  path: string;
  /** The config that it is an example of. */
  target: string;
}

/** The template of the named config, else of a default config in the nearest folder that has one. */
export function templateFor(cwd: string, config: string | null): Template | null {
  if (config !== null) {
    const path = resolve(cwd, config);
    return templateIn(dirname(path), (target) => target === basename(path));
  }
  for (const folder of folderAndParents(cwd)) {
    const found = templateIn(folder, isDefaultConfig);
    if (found !== null) return found;
  }
  return null;
}

function templateIn(folder: string, isWanted: (target: string) => boolean): Template | null {
  for (const file of namesIn(folder).sort()) {
    const target = file.replace(templateEnding, "");
    if (target !== file && isWanted(target) && isFile(join(folder, file)))
      return { path: join(folder, file), target: join(folder, target) };
  }
  return null;
}

/**
 * Adapts a template to what wrangler and KV Manager accept.
 * @throws {Problem} CONFIG_INVALID
 */
export function fromTemplate(
  path: string,
  template: string,
  database: string,
): { text: string; changes: string[] } {
  const changes: string[] = [];
  let text = template;
  const change = (after: string | null, sentence: string) => {
    if (after === null || after === text) return;
    text = after;
    changes.push(sentence);
  };
  const before = configFromText(path, text);
  change(withoutNodeCompat(path, text), templateChanges.nodeCompat);
  change(withoutPlaceholderAccount(path, text), templateChanges.account(before.accountId ?? ""));
  const [first, more] = before.bindings.filter((b) => b.env === null);
  // The only database is not bound as KV Manager's code reads it.
  if (first !== undefined && more === undefined && first.binding !== standardBinding)
    change(withBindingNamed(path, text, first.binding), templateChanges.binding(first.binding));
  if (first === undefined)
    change(
      withDatabase(path, text, { env: null, binding: standardBinding, database }),
      templateChanges.database,
    );
  return { text, changes };
}

function withoutNodeCompat(path: string, text: string): string | null {
  return edited(path, text, {
    intend: (settings) => {
      if (settings.node_compat === undefined) return;
      const { compatibility_flags: flags = [] } = settings;
      const wanted =
        settings.node_compat === true && Array.isArray(flags) && !flags.includes("nodejs_compat");
      if (wanted) settings.compatibility_flags = ["nodejs_compat", ...flags];
      delete settings.node_compat;
    },
    *toml(plain) {
      yield plain;
      yield* toml.withoutNodeCompat(plain);
    },
    *jsonc(plain) {
      yield plain;
      yield* jsonc.propertyReplaced(plain, ["node_compat"], "compatibility_flags", ["nodejs_compat"]);
    },
  });
}

/** Otherwise Cloudflare would be asked about an account that does not exist. */
function withoutPlaceholderAccount(path: string, text: string): string | null {
  return edited(path, text, {
    intend: (settings) => {
      const { account_id: id } = settings;
      if (typeof id !== "string" || !/^[0-9a-f]{32}$/i.test(id)) delete settings.account_id;
    },
    *toml(plain) {
      yield plain;
      yield* toml.withoutLine(plain, "account_id");
    },
    *jsonc(plain) {
      yield plain;
      yield* jsonc.propertyRemoved(plain, ["account_id"]);
    },
  });
}

function withBindingNamed(path: string, text: string, old: string): string | null {
  return edited(path, text, {
    intend: ({ d1_databases }) => {
      const [entry] = d1_databases as { binding: string }[];
      if (entry !== undefined) entry.binding = standardBinding;
    },
    toml: (plain) => toml.valueReplaced(plain, old, standardBinding),
    jsonc: (plain) => jsonc.valueSet(plain, ["d1_databases", 0, "binding"], standardBinding),
  });
}
