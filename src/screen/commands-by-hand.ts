import { shellQuote } from "../lib/shell-quote.js";
import { oneLine } from "../plan/one-line.js";
import type { PlannedStatement } from "../plan/plan.js";
import { developmentConfig, developmentDatabase, standardDatabase } from "../project/standard-names.js";
import type { TargetPart } from "../project/target-names.js";
import type { Request } from "../run/request.js";

/** What of a command for the database of `wrangler dev` is other. */
export const developmentByHand = `${developmentDatabase} --local --config ${developmentConfig}`;

/** What is planned, and of which database a report says it to be. */
interface Planned {
  statements: PlannedStatement[];
  savedFrom: TargetPart | null;
}

/** What the flags name. */
type Named = Pick<Request, "binding" | "config" | "env" | "forVersion">;

/**
 * Commands for somebody who does it without this program: one each, so that a column that exists stops only itself.
 * @returns wrangler's, and the one of this program that does the same with a look at what is there first
 */
export function commandsByHand(planned: Planned, named: Named): { commands: string[]; better: string } {
  const { location, persistTo, ...names } = databaseByHand(planned, named);
  const flag = (name: string, value: string | null) =>
    value === null ? [] : [`--${name}`, shellQuote(value)];
  const flags = [
    ...flag("config", names.config),
    ...flag("env", names.env),
    ...flag("persist-to", persistTo),
  ];
  const where = location === "preview" ? "--remote --preview" : `--${location}`;
  const name = shellQuote(names.database ?? names.binding);
  const commands = planned.statements.map(({ sql }) =>
    ["npx wrangler d1 execute", name, where, ...flags, `--command="${oneLine(sql)};"`].join(" "),
  );
  const better = [
    "kv-manager-upgrade",
    `--${location}`,
    ...flags,
    "--binding",
    shellQuote(names.binding),
    ...(named.forVersion === null ? [] : ["--for", named.forVersion]),
    "--yes",
  ];
  return { commands, better: better.join(" ") };
}

/** The database of the commands: what the flags name, else what a report says that it is of, else the standard one. */
function databaseByHand({ savedFrom }: Planned, { binding, config, env }: Named): ByHand {
  const named = savedFrom ?? { location: "remote", database: null, config: null, env: null, persistTo: null };
  return {
    ...named,
    database: binding ?? named.database,
    binding: binding ?? savedFrom?.binding ?? savedFrom?.database ?? standardDatabase,
    config: config ?? named.config,
    env: env ?? named.env,
  };
}

type ByHand = Omit<TargetPart, "binding"> & { binding: string };
