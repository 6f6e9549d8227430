import { dirname, join, relative, sep } from "node:path";
import type { Problem } from "../lib/problem.js";
import {
  namesTaken,
  noDatabaseId,
  noSuchDatabase,
  noSuchEnvironment,
  onlyInEnvironments,
  severalDatabases,
} from "../words/config.js";
import type { ConfigFile, Configs, D1Binding } from "./config-files.js";
import { standardBinding, standardDatabase } from "./standard-names.js";

/** Which copy of a database: the one of `wrangler dev`, the deployed one, the preview one. */
export type Location = "local" | "remote" | "preview";

/** A database that can be worked on, and what wrangler has to be told to reach it. */
export interface Target extends D1Binding {
  /** Absolute path of the config. wrangler runs in its folder, since the local state lies beside it. */
  configPath: string;
  /** The config's path as shown to people, relative to where they are. */
  config: string;
  /** What wrangler is asked for: the name or binding that it resolves to just this database. */
  wranglerName: string;
  /** Whether wrangler would take another entry of the config, since each of this one's names is also another's. */
  hidden: boolean;
  /** The account that the config names, if any. */
  accountId: string | null;
  /** Looks like KV Manager's own. */
  likely: boolean;
  /** Its deployed database may still be without an id: a first set-up creates it. */
  mayBeNew?: true;
  /** No config binds it: it is known by its name (which stands in place of the binding) and its id alone. */
  unbound?: true;
}

/** What narrows the choice down: the flags `--binding` and `--env`, and the location. */
export interface Wish {
  binding: string | null;
  env: string | null;
  location: Location;
}

/** All D1 databases of the configs, likely KV Manager databases first. */
export function targetsOf(configs: Configs, cwd: string): Target[] {
  const targets = configs.files.flatMap((file) =>
    file.bindings.map((binding) => asTarget(file, binding, cwd)),
  );
  return targets.sort((a, b) => Number(b.likely) - Number(a.likely));
}

/** A config as it is shown to people: its path from where they are. */
export function configName(path: string, cwd: string): string {
  return relative(cwd, path).split(sep).join("/") || path;
}

/** Whether a text is what Cloudflare gives a database as its id; a template has something else in its place. */
export function isDatabaseId(text: string | null): text is string {
  return text !== null && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function asTarget(file: ConfigFile, binding: D1Binding, cwd: string): Target {
  const named = binding.database?.startsWith(standardDatabase) ?? false;
  const exact = nameForWrangler(file, binding);
  return {
    ...binding,
    configPath: file.path,
    config: configName(file.path, cwd),
    wranglerName: exact ?? binding.binding,
    hidden: exact === undefined,
    accountId: file.accountId,
    likely: binding.binding === standardBinding || named,
  };
}

/** Wrangler takes the first entry whose name or binding fits, so a name that an earlier entry has is no use. */
function nameForWrangler(file: ConfigFile, binding: D1Binding): string | undefined {
  const level = file.bindings.filter((b) => b.env === binding.env);
  const names = [binding.database, binding.binding].filter((name) => name !== null);
  return names.find((name) => level.find((b) => b.database === name || b.binding === name) === binding);
}

/**
 * The id under which a location's database is kept; null when the config has none for it.
 * Local as wrangler does it: the preview id, else the id, be they empty, else the binding's name.
 */
export function databaseIdAt(target: D1Binding, location: Location): string | null {
  if (location === "local") return target.previewDatabaseId ?? target.databaseId ?? target.binding;
  return (location === "preview" ? target.previewDatabaseId : target.databaseId) || null;
}

/**
 * Chooses a database without asking: the only one that fits, or the only one that is bound as METADATA.
 * @param configs what was read from disk
 * @param targets all of its databases
 * @throws {Problem} BINDING_NOT_FOUND, BINDING_AMBIGUOUS, or CONFIG_INVALID when the answer may stand in a config
 *   that cannot be read, or the chosen config lacks the id that the location needs
 */
export function chooseTarget(configs: Configs, targets: Target[], wish: Wish): Target {
  const fitting = distinct(fittingTargets(targets, wish), wish.location);
  const [broken] = configs.broken;
  // With a config unreadable, "the only one" may be the wrong one; a database's name is plain.
  const named = wish.binding !== null && fitting.some((t) => t.database === wish.binding);
  if (broken !== undefined && !named) throw broken.problem;
  if (fitting.length === 0) throw notFound(configs, targets, wish);
  const bound = fitting.filter((t) => t.binding === standardBinding);
  const [only] = fitting.length === 1 ? fitting : bound.length === 1 && wish.binding === null ? bound : [];
  if (only === undefined) throw severalDatabases(fitting.map(targetLine));
  return withId(only, wish.location);
}

/** The databases that `--env` and `--binding` leave; without `--env` those of the configs' top level. */
export function fittingTargets(targets: Target[], wish: Pick<Wish, "binding" | "env">): Target[] {
  return targets.filter((t) => t.env === wish.env && isCalled(t, wish.binding));
}

/** Whether `--binding` means this database, by its binding or its name; without the flag it means any. */
export function isCalled(target: Target, name: string | null): boolean {
  return name === null || target.binding === name || target.database === name;
}

/** Whether the config says enough to reach a location's database, or to create it where that is meant. */
export function isReachable(target: Target, location: Location): boolean {
  return databaseIdAt(target, location) !== null || (location === "remote" && target.mayBeNew === true);
}

/**
 * Makes sure that wrangler can reach just this database.
 * @throws {Problem} CONFIG_INVALID without the id of the location, BINDING_AMBIGUOUS without a name of its own
 */
export function withId(target: Target, location: Location): Target {
  if (target.hidden) throw namesTaken(target.config, targetLine(target));
  if (isReachable(target, location)) return target;
  const field = location === "preview" ? "preview_database_id" : "database_id";
  throw noDatabaseId(target, location, field);
}

/** The same database bound twice is one database. */
function distinct(targets: Target[], location: Location): Target[] {
  const seen = new Set<string>();
  return targets.filter((target) => {
    const id = databaseIdAt(target, location);
    const key = JSON.stringify([id ?? target, location === "local" ? dirname(target.configPath) : ""]);
    return seen.size < seen.add(key).size;
  });
}

/** A database in one line, as lists show it. */
export function targetLine(target: Target): string {
  return `${target.database ?? target.binding} (${boundText(target)})`;
}

/** Where a database is bound, in words. */
export function boundText({
  binding,
  config,
  env,
  unbound,
}: Pick<Target, "config" | "env" | "unbound"> & { binding: string | null }): string {
  if (unbound) return "found by its name, without a config";
  return `binding ${binding} in ${config}${env === null ? "" : `, environment ${env}`}`;
}

/**
 * A deployed database that no config binds.
 * @param name under which the account has it
 * @param cwd absolute path of where the user is
 */
export function unboundTarget(name: string, cwd: string): Target {
  return {
    ...{
      binding: name,
      database: name,
      databaseId: null,
      previewDatabaseId: null,
      env: null,
      accountId: null,
    },
    // There is none; what lies beside a config is looked for where the user is.
    ...{ configPath: join(cwd, "wrangler.toml"), config: "" },
    ...{ wranglerName: name, hidden: false, likely: name.startsWith(standardDatabase) },
    ...{ mayBeNew: true, unbound: true },
  };
}

/** The flags that name just this database, for a command to run again. */
export function targetFlags(target: Target): string[] {
  if (target.unbound) return ["--binding", target.binding];
  const env = target.env === null ? [] : ["--env", target.env];
  return ["--config", target.config, ...env, "--binding", target.binding];
}

/** Why no database fits, with those that there are. */
export function notFound(configs: Configs, targets: Target[], wish: Pick<Wish, "binding" | "env">): Problem {
  const environments = [...new Set(configs.files.flatMap((f) => f.environments))];
  if (wish.env !== null && !environments.includes(wish.env)) return noSuchEnvironment(wish.env, environments);
  const names = configs.files.map((f) => configName(f.template ?? f.path, configs.folder));
  const elsewhere = wish.env === null ? targets.filter((t) => isCalled(t, wish.binding)) : [];
  if (elsewhere.length > 0) return onlyInEnvironments(elsewhere.map(targetLine));
  return noSuchDatabase(wish, names, targets.map(targetLine));
}
