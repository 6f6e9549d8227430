import { dirname, join, relative, sep } from "node:path";
import type { Problem } from "../lib/problem.js";
import {
  namesTaken,
  noDatabaseId,
  noSuchDatabase,
  noSuchEnvironment,
  onlyInEnvironments,
  severalDatabases,
} from "../messages/config.js";
import type { ConfigFile, Configs, D1Binding } from "./config-files.js";
import { standardBinding, standardDatabase } from "./standard-names.js";

/** Which copy of a database: the one `wrangler dev` uses, the deployed one, or the preview one. */
export type Location = "local" | "remote" | "preview";

/** A database to work on, and what wrangler needs to reach it. */
export interface Target extends D1Binding {
  /** Absolute path of the config. wrangler runs in its folder, since the local state is beside it. */
  configPath: string;
  /** The config's path as shown to people, relative to their current folder. */
  config: string;
  /** What to call it to wrangler: the name or binding that wrangler resolves to exactly this database. */
  wranglerName: string;
  /**
   * Whether wrangler would pick a different entry of the config, because an earlier one has each of this one's names.
   */
  hidden: boolean;
  /** The account that the config names, if any. */
  accountId: string | null;
  /** Whether it looks like KV Manager's own. */
  likely: boolean;
  /** Its deployed database may not have an id yet: the first setup creates it. */
  mayBeNew?: true;
  /** No config binds it: it is known only by its id and its name, which takes the place of the binding. */
  unbound?: true;
}

/** What narrows down the choice: the flags `--binding` and `--env`, and the location. */
export interface TargetFilter {
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

/** A config as shown to people: its path relative to their current folder. */
export function configName(path: string, cwd: string): string {
  return relative(cwd, path).split(sep).join("/") || path;
}

/** Whether a text is a database id as Cloudflare assigns it; a template has something else in its place. */
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

/** Wrangler takes the first entry whose name or binding matches, so a name that an earlier entry has cannot be used. */
function nameForWrangler(file: ConfigFile, binding: D1Binding): string | undefined {
  const level = file.bindings.filter((b) => b.env === binding.env);
  const names = [binding.database, binding.binding].filter((name) => name !== null);
  return names.find((name) => level.find((b) => b.database === name || b.binding === name) === binding);
}

/**
 * The id under which wrangler keeps the local copy of a database: the preview id, else the id (either may be empty),
 * else the binding's name.
 */
export function localIdOf({ previewDatabaseId, databaseId, binding }: D1Binding): string {
  return previewDatabaseId ?? databaseId ?? binding;
}

/** The id under which a location's database is kept; null when the config has none for it. */
export function databaseIdAt(target: D1Binding, location: Location): string | null {
  if (location === "local") return localIdOf(target);
  return (location === "preview" ? target.previewDatabaseId : target.databaseId) || null;
}

/**
 * Chooses a database without asking: the only one that matches, or the only one that is bound as METADATA.
 * @throws {Problem} BINDING_NOT_FOUND, BINDING_AMBIGUOUS, or CONFIG_INVALID when the answer may be in a config that
 *   cannot be read, or the chosen config lacks the id that the location needs
 */
export function chooseTarget(configs: Configs, targets: Target[], wish: TargetFilter): Target {
  const fitting = distinct(fittingTargets(targets, wish), wish.location);
  const [broken] = configs.broken;
  // With an unreadable config, "the only one" may be the wrong one; a database's name is unambiguous.
  const named = wish.binding !== null && fitting.some((t) => t.database === wish.binding);
  if (broken !== undefined && !named) throw broken.problem;
  if (fitting.length === 0) throw notFound(configs, targets, wish);
  const bound = fitting.filter((t) => t.binding === standardBinding);
  const [only] = fitting.length === 1 ? fitting : bound.length === 1 && wish.binding === null ? bound : [];
  if (only === undefined) throw severalDatabases(fitting.map(targetLine));
  return withId(only, wish.location);
}

/** The databases that match `--env` and `--binding`; without `--env`, those of the configs' top level. */
export function fittingTargets(targets: Target[], wish: Pick<TargetFilter, "binding" | "env">): Target[] {
  return targets.filter((t) => t.env === wish.env && isCalled(t, wish.binding));
}

/** Whether `--binding` means this database, by its binding or its name; without the flag, any database matches. */
export function isCalled(target: Target, name: string | null): boolean {
  return name === null || target.binding === name || target.database === name;
}

/** Whether the config says enough to reach a location's database, or to create it if that is intended. */
export function isReachable(target: Target, location: Location): boolean {
  return databaseIdAt(target, location) !== null || (location === "remote" && target.mayBeNew === true);
}

/**
 * Makes sure that wrangler can reach exactly this database.
 * @throws {Problem} CONFIG_INVALID without an id for the location, BINDING_AMBIGUOUS without a name that is its own
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

/** A database on one line, as shown in lists. */
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
 * @param cwd absolute path of the user's current folder
 */
export function unboundTarget(name: string, cwd: string): Target {
  return {
    binding: name,
    database: name,
    databaseId: null,
    previewDatabaseId: null,
    env: null,
    accountId: null,
    // There is no config; what would be beside it is searched for in the current folder.
    configPath: join(cwd, "wrangler.toml"),
    config: "",
    wranglerName: name,
    hidden: false,
    likely: name.startsWith(standardDatabase),
    mayBeNew: true,
    unbound: true,
  };
}

/** The flags that name exactly this database, for a command to run again. */
export function targetFlags(target: Target): string[] {
  if (target.unbound) return ["--binding", target.binding];
  const env = target.env === null ? [] : ["--env", target.env];
  return ["--config", target.config, ...env, "--binding", target.binding];
}

/** Returns why no database matches, with those that exist. */
export function notFound(
  configs: Configs,
  targets: Target[],
  wish: Pick<TargetFilter, "binding" | "env">,
): Problem {
  const environments = [...new Set(configs.files.flatMap((f) => f.environments))];
  if (wish.env !== null && !environments.includes(wish.env)) return noSuchEnvironment(wish.env, environments);
  const names = configs.files.map((f) => configName(f.template ?? f.path, configs.folder));
  const elsewhere = wish.env === null ? targets.filter((t) => isCalled(t, wish.binding)) : [];
  if (elsewhere.length > 0) return onlyInEnvironments(elsewhere.map(targetLine));
  return noSuchDatabase(wish, names, targets.map(targetLine));
}
