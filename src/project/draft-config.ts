import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { Problem } from "../lib/problem.js";
import {
  bindingNotWritable,
  newBinding,
  newConfig,
  type SetupStep,
  templateUnusable,
} from "../messages/setup.js";
import {
  type Configs,
  configFromText,
  configNames,
  isDefaultConfig,
  isToml,
  readConfigs,
} from "./config-files.js";
import { exactText, templateText } from "./config-text.js";
import { withDatabase } from "./edit-config.js";
import { developmentConfig, standardBinding, standardDatabase } from "./standard-names.js";
import { configName, type Location } from "./targets.js";
import { fromTemplate, type Template, templateFor } from "./template.js";

/** A config that must be written before a database can be set up; nothing is on disk yet. */
export interface ConfigDraft {
  /** Absolute. */
  path: string;
  text: string;
  /** The template it is made from, absolute; null if there is none. */
  template: string | null;
  /** Whether the file does not exist yet: then no file is ever overwritten. */
  isNew: boolean;
  step: SetupStep;
}

/** What narrows down a setup. */
interface SetupOptions {
  cwd: string;
  config: string | null;
  env: string | null;
  binding: string | null;
  /** Null while still to be asked. */
  location: Location | null;
}

/** The configs as they will be, and what must be written for that; null when nothing must. */
interface Drafted {
  configs: Configs;
  draft: ConfigDraft | null;
}

/**
 * The configs of a folder as the first setup needs them: unchanged, or with the one that must be written.
 * @throws {Problem} CONFIG_INVALID when a config or template cannot be used or changed; CONFIG_NOT_FOUND when a named
 *   environment needs a config that does not exist, or the named config is not one to create
 */
export function draftConfig(wish: SetupOptions): Drafted {
  const { cwd, config, env } = wish;
  const template = env === null ? templateFor(cwd, config) : null;
  let configs: Configs;
  try {
    configs = readConfigs(cwd, config);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== "CONFIG_NOT_FOUND") throw problem;
    if (env !== null || !mayBeMade(wish, template)) throw problem;
    return asIfWritten(newConfigDraft(wish, template));
  }
  if (template === null || config !== null) return withBinding(configs, wish);
  const folder = dirname(template.path);
  // Configs further up belong to another project.
  if (folder.length > configs.folder.length) return asIfWritten(newConfigDraft(wish, template));
  const lacksDefault = ![...configs.files, ...configs.broken].some(({ path }) => isDefaultConfig(path));
  return folder === configs.folder && lacksDefault
    ? withTemplate(configs, template, wish)
    : withBinding(configs, wish);
}

function asIfWritten(draft: ConfigDraft): Drafted {
  const file = { ...configFromText(draft.path, draft.text), template: draft.template };
  return { configs: { folder: dirname(draft.path), files: [file], broken: [] }, draft };
}

/**
 * Adds the config that a template would make to the existing ones. A database's name decides which is meant. Otherwise
 * a deployed database is the template's, not the one of `wrangler dev`, and a local one is what exists.
 */
function withTemplate(configs: Configs, template: Template, wish: SetupOptions): Drafted {
  const { draft, configs: made } = fromTemplateOrBroken(template, wish);
  const files = [...made.files, ...configs.files];
  const all = { ...configs, files, broken: [...configs.broken, ...made.broken] };
  const { binding, location } = wish;
  const isNamed = files.some((f) => f.bindings.some((b) => b.database !== null && b.database === binding));
  if (location === null || isNamed) return { draft, configs: all };
  if (location !== "remote") return withBinding(configs, wish);
  return { draft, configs: { ...all, files: files.filter((f) => basename(f.path) !== developmentConfig) } };
}

/** An unusable template counts as one more broken config: it matters only if it is needed. */
function fromTemplateOrBroken(template: Template, wish: SetupOptions): Drafted {
  try {
    return asIfWritten(newConfigDraft(wish, template));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    const broken = [{ path: template.path, problem }];
    return { draft: null, configs: { folder: dirname(template.path), files: [], broken } };
  }
}

/** Whether a named config may be created. If other configs exist, a name without a template is a typo. */
function mayBeMade({ cwd, config }: SetupOptions, template: Template | null): boolean {
  if (config === null) return true;
  const path = resolve(cwd, config);
  if (!/\.(toml|jsonc?)$/i.test(path)) return false;
  const folder = dirname(path);
  return template !== null || (existsSync(folder) && configNames(folder).length === 0);
}

/** A config from the checkout's template, or else a minimal one. */
function newConfigDraft({ cwd, config, binding }: SetupOptions, template: Template | null): ConfigDraft {
  const path = resolve(cwd, config ?? template?.target ?? "wrangler.toml");
  const name = configName(path, cwd);
  if (template === null) {
    const step = newConfig(name, null, []);
    return { path, text: minimalConfig(path, databaseNamed(binding)), template: null, isNew: true, step };
  }
  const from = configName(template.path, cwd);
  try {
    const { text, changes } = fromTemplate(path, templateText(template.path), databaseNamed(binding));
    return { path, text, template: template.path, isNew: true, step: newConfig(name, from, changes) };
  } catch (problem) {
    if (problem instanceof Problem) throw templateUnusable(from, problem);
    throw problem;
  }
}

/** A config with what a D1 database needs. The date is KV Manager's own, so that no wrangler calls it too new. */
function minimalConfig(path: string, database: string): string {
  const date = "2025-01-01";
  if (isToml(path))
    return `name = "kv-manager"\ncompatibility_date = "${date}"\n\n[[d1_databases]]\nbinding = "${standardBinding}"\ndatabase_name = "${database}"\n`;
  const d1 = [{ binding: standardBinding, database_name: database }];
  return `${JSON.stringify({ name: "kv-manager", compatibility_date: date, d1_databases: d1 }, null, 2)}\n`;
}

/**
 * The configs with a database bound, if the level in question has none. A database in an environment is more likely to
 * be meant than a second one, so without --env it counts too.
 */
function withBinding(configs: Configs, wish: SetupOptions): Drafted {
  const hasSome = configs.files.some((file) =>
    file.bindings.some((b) => wish.env === null || b.env === wish.env),
  );
  const file = configs.files.find((f) => wish.env === null || f.environments.includes(wish.env));
  // If a config cannot be read, the database may be bound in that one.
  if (hasSome || configs.broken.length > 0 || file === undefined) return { configs, draft: null };
  const config = configName(file.path, wish.cwd);
  const database = databaseNamed(wish.binding);
  const added = { env: wish.env, binding: standardBinding, database };
  const text = withDatabase(file.path, exactText(file.path), added);
  if (text === null) throw bindingNotWritable(config);
  const step = newBinding({ name: database, config }, wish.env);
  const files = configs.files.map((f) => (f === file ? configFromText(f.path, text) : f));
  return {
    configs: { ...configs, files },
    draft: { path: file.path, text, template: null, isNew: false, step },
  };
}

/** The name for a database that is not bound yet: the value of --binding, unless that is a binding. */
function databaseNamed(binding: string | null): string {
  const isName = binding !== null && /^[\w-]+$/.test(binding) && binding !== binding.toUpperCase();
  return isName ? binding : standardDatabase;
}
