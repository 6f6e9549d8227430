import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { Problem } from "../problem.js";
import {
  bindingNotWritable,
  newBinding,
  newConfig,
  type SetupStep,
  templateChanges,
  templateUnusable,
} from "../words/setup.js";
import {
  type ConfigFile,
  type Configs,
  configFromText,
  configNames,
  isDefaultConfig,
  namesIn,
  readConfigs,
} from "./config-files.js";
import { edited, readExactly, withDatabase } from "./edit-config.js";
import * as jsonc from "./edit-jsonc.js";
import * as toml from "./edit-toml.js";
import { standardBinding, standardDatabase } from "./standard-names.js";

/** A config that has to be written before a database can be set up; nothing is on disk yet. */
export interface ConfigDraft {
  /** Absolute. */
  path: string;
  text: string;
  /** Whether there is no such file yet: then none is ever overwritten. */
  isNew: boolean;
  step: SetupStep;
}

/** What narrows a set-up down. */
interface Wish {
  cwd: string;
  config: string | null;
  env: string | null;
  binding: string | null;
}

/**
 * The configs of a folder as a first set-up needs them: as they are, or with the one that has to be written.
 * @returns the configs as they are to be, and what has to be written for that (null when nothing has)
 * @throws {Problem} CONFIG_INVALID when a config or template cannot be used or changed; CONFIG_NOT_FOUND when a
 *   named environment would need a config that is not there
 */
export function draftConfig(wish: Wish): { configs: Configs; draft: ConfigDraft | null } {
  let configs: Configs;
  try {
    configs = readConfigs(wish.cwd, wish.config);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== "CONFIG_NOT_FOUND") throw problem;
    const template = templateFor(wish);
    if (wish.env !== null || !mayBeMade(wish, template)) throw problem;
    const draft = newConfigDraft(wish, template);
    return { configs: asIfWritten(draft), draft };
  }
  return withBinding(configs, wish);
}

function asIfWritten(draft: ConfigDraft): Configs {
  return { folder: dirname(draft.path), files: [configFromText(draft.path, draft.text)], broken: [] };
}

/** Whether a config that is named may be a new one. Where there are others, a name without a template is a slip. */
function mayBeMade({ cwd, config }: Wish, template: Template | null): boolean {
  if (config === null) return true;
  const path = resolve(cwd, config);
  if (!/\.(toml|jsonc?)$/i.test(path)) return false;
  const folder = dirname(path);
  return template !== null || (existsSync(folder) && configNames(folder).length === 0);
}

/** A config from the checkout's template, else a minimal one. */
function newConfigDraft({ cwd, config, binding }: Wish, template: Template | null): ConfigDraft {
  const path = resolve(cwd, config ?? template?.target ?? "wrangler.toml");
  const name = relative(cwd, path);
  if (template === null) {
    const step = newConfig(name, null, []);
    return { path, text: minimalConfig(path, databaseNamed(binding)), isNew: true, step };
  }
  const from = relative(cwd, template.path);
  try {
    const { text, changes } = fromTemplate(path, readExactly(template.path) ?? "", databaseNamed(binding));
    return { path, text, isNew: true, step: newConfig(name, from, changes) };
  } catch (problem) {
    if (problem instanceof Problem) throw templateUnusable(from, problem);
    throw problem;
  }
}

const templateEnding = /\.(example|sample|template)$/i;

/** An example of a config in the checkout, such as wrangler.toml.example; both paths are absolute. */
interface Template {
  path: string;
  /** The config that it is an example of. */
  target: string;
}

/** The template of the config that is named, else that of a default config in the nearest folder that has one. */
function templateFor({ cwd, config }: Wish): Template | null {
  if (config !== null) {
    const path = resolve(cwd, config);
    return templateIn(dirname(path), (target) => target === basename(path));
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = templateIn(folder, isDefaultConfig);
    if (found !== null || folder === dirname(folder)) return found;
  }
}

function templateIn(folder: string, isWanted: (target: string) => boolean): Template | null {
  for (const file of namesIn(folder).sort()) {
    const target = file.replace(templateEnding, "");
    if (target !== file && isWanted(target))
      return { path: join(folder, file), target: join(folder, target) };
  }
  return null;
}

/** A config that has what a D1 database needs; KV Manager's own date, so that no wrangler calls it too new. */
function minimalConfig(path: string, database: string): string {
  const date = "2025-01-01";
  if (path.toLowerCase().endsWith(".toml"))
    return `name = "kv-manager"\ncompatibility_date = "${date}"\n\n[[d1_databases]]\nbinding = "${standardBinding}"\ndatabase_name = "${database}"\n`;
  const d1 = [{ binding: standardBinding, database_name: database }];
  return `${JSON.stringify({ name: "kv-manager", compatibility_date: date, d1_databases: d1 }, null, 2)}\n`;
}

/**
 * A template brought to what wrangler and KV Manager accept.
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
  configFromText(path, text);
  change(withoutNodeCompat(path, text), templateChanges.nodeCompat);
  const level = topLevel(configFromText(path, text));
  // Its binding is another one than KV Manager's code reads.
  const [only] = level;
  if (level.length === 1 && only !== undefined && only.binding !== standardBinding)
    change(withBindingNamed(path, text, only.binding), templateChanges.binding(only.binding));
  if (level.length === 0)
    change(
      withDatabase(path, text, { env: null, binding: standardBinding, database }),
      templateChanges.database,
    );
  return { text, changes };
}

function topLevel(file: ConfigFile) {
  return file.bindings.filter((b) => b.env === null);
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

/** The configs with a database bound, where the level that is meant has none at all. */
function withBinding(configs: Configs, wish: Wish): { configs: Configs; draft: ConfigDraft | null } {
  const hasSome = configs.files.some((file) => file.bindings.some((b) => b.env === wish.env));
  const file = configs.files.find((f) => wish.env === null || f.environments.includes(wish.env));
  // Where a config cannot be read, the database may be bound in that one.
  if (hasSome || configs.broken.length > 0 || file === undefined) return { configs, draft: null };
  const config = relative(wish.cwd, file.path);
  const database = databaseNamed(wish.binding);
  const before = readExactly(file.path);
  const added = { env: wish.env, binding: standardBinding, database };
  const text = before === null ? null : withDatabase(file.path, before, added);
  if (text === null) throw bindingNotWritable(config);
  const step = newBinding({ name: database, config }, wish.env);
  const files = configs.files.map((f) => (f === file ? configFromText(f.path, text) : f));
  return { configs: { ...configs, files }, draft: { path: file.path, text, isNew: false, step } };
}

/** The name for a database that is bound nowhere yet: what --binding says, unless that is a binding. */
function databaseNamed(binding: string | null): string {
  const isName = binding !== null && /^[\w-]+$/.test(binding) && binding !== binding.toUpperCase();
  return isName ? binding : standardDatabase;
}
