import { dirname } from "node:path";
import { idWanted } from "../diagnostics/diagnostics.js";
import { currentFolder } from "../lib/current-folder.js";
import { displayPath } from "../lib/display-path.js";
import { Problem } from "../lib/problem.js";
import {
  accountHasOthers,
  accountIsEmpty,
  listedButRefused,
  notAnId,
  publicRepositoryId,
  remembersAccount,
} from "../messages/wrangler.js";
import type { Connection } from "../project/connection.js";
import { rememberedAccount } from "../project/remembered-account.js";
import { standardDatabase } from "../project/standard-names.js";
import { databaseIdAt, isDatabaseId } from "../project/targets.js";
import type { D1Client, ListedDatabase } from "./client.js";
import { nameIn } from "./d1-answers.js";
import { DatabaseFailure, failureAs } from "./failures.js";

/**
 * The id in the config that KV Manager's public repository tracks. A clone with this id unchanged asks for a database
 * that belongs to someone else.
 * Source: wrangler.toml of https://github.com/neverinfamous/kv-manager
 */
export const publicDatabaseId = "36b36024-2890-43fd-a867-88279c765cf7";

/** Cloudflare's error codes for "not yours", "not there" and "no id". */
const refusals = [7403, 7404, 7400];

/** A database that cannot be reached, with those in the account that may be meant instead. */
export class WrongDatabase extends Problem {
  readonly found: ListedDatabase[];
  /** Whether wrangler used an account that it remembers, so that a different one may be meant. */
  readonly otherAccount: boolean;

  constructor(cause: Problem, advice: string[], found: ListedDatabase[] = [], otherAccount = false) {
    super(cause.code, cause.message, advice.join(" "));
    this.found = found;
    this.otherAccount = otherAccount;
  }
}

/**
 * Finds out more after Cloudflare refused a database: whether its id is a placeholder or the public repository's, whether
 * the account has it, which others the account has, and whether the account is one that wrangler only remembers.
 * @param env the program's environment
 * @returns a problem with better advice; the same one if it was about something else
 */
export async function diagnose(
  problem: unknown,
  client: D1Client,
  connection: Connection,
  env: NodeJS.ProcessEnv = {},
): Promise<unknown> {
  if (!(problem instanceof DatabaseFailure) || !problem.numbers.some((n) => refusals.includes(n)))
    return problem;
  const { target, location } = connection;
  // It was just found in the account, and no config has an id that could be wrong.
  if (target.unbound) return problem;
  const id = databaseIdAt(target, location)?.toLowerCase() ?? null;
  const field = location === "preview" ? "preview_database_id" : "database_id";
  const advice: string[] = [];
  if (id === publicDatabaseId) advice.push(publicRepositoryId(field, target.config));
  else if (!isDatabaseId(id)) advice.push(notAnId(field, target.config));
  const all = await listOrNothing(client, connection);
  const isListed = all !== null && nameIn(all, id) !== null;
  // What is no id is in no account, so the account is not to blame.
  const isNamed = !client.remembersAccount || !isDatabaseId(id) || namesAccount(connection, env);
  const remembered = isNamed ? null : rememberedAccount(dirname(target.configPath), env);
  if (remembered !== null && !isListed) {
    const file = displayPath(remembered.file, currentFolder());
    advice.push(remembersAccount(remembered, file, target.config));
    return new WrongDatabase(problem, advice, [], true);
  }
  if (isListed) return new WrongDatabase(problem, [...advice, listedButRefused, problem.advice]);
  if (all === null)
    return advice.length === 0 ? problem : new WrongDatabase(problem, [...advice, problem.advice]);
  const likely = all.filter((d) => d.name.startsWith(standardDatabase));
  const found = likely.length > 0 ? likely : all;
  const names = found.slice(0, 5).map((d) => d.name);
  advice.push(names.length === 0 ? accountIsEmpty : accountHasOthers(names, field, target.config));
  return new WrongDatabase(problem, advice, found);
}

/**
 * The same for a local database: a wrangler that requires an id skips an entry without one, and reports that it finds
 * no such database.
 */
export function diagnoseLocally(problem: unknown, connection: Connection | null): unknown {
  const passedOver = problem instanceof DatabaseFailure && problem.code === "BINDING_NOT_FOUND";
  if (!passedOver || connection?.location !== "local" || connection.target.databaseId) return problem;
  return failureAs(idWanted, problem.said);
}

/** Whether anything specifies the account, so that wrangler does not use one that it remembers. */
function namesAccount({ account, target }: Connection, env: NodeJS.ProcessEnv): boolean {
  return account !== null || target.accountId !== null || Boolean(env.CLOUDFLARE_ACCOUNT_ID);
}

async function listOrNothing(client: D1Client, connection: Connection): Promise<ListedDatabase[] | null> {
  try {
    return await client.list(connection);
  } catch (error) {
    // The user needs to see the first failure; this one would only repeat it.
    if (error instanceof Problem) return null;
    throw error;
  }
}
