import { shellQuote } from "../lib/shell-quote.js";
import type { PlannedStatement } from "../plan/plan.js";
import { oneLine } from "../plan/sql-tokens.js";
import {
  developmentConfig,
  developmentDatabase,
  locationFlags,
  standardDatabase,
} from "../project/standard-names.js";
import type { TargetPart } from "../project/target-names.js";
import type { Request } from "../run/request.js";

/** The part of a command that differs for the database of `wrangler dev`. */
export const developmentByHand = `${developmentDatabase} --local --config ${developmentConfig}`;

/** What is planned, and for which database according to a report. */
interface Planned {
  statements: PlannedStatement[];
  savedFrom: TargetPart | null;
}

/** What the flags give. */
type Named = Pick<Request, "binding" | "config" | "env" | "forVersion">;

/**
 * Commands for doing it without this program: one per statement, so that an existing column stops only its own.
 * @returns wrangler's commands, and this program's, which does the same but checks what is there first
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
  const name = shellQuote(names.database ?? names.binding);
  const commands = planned.statements.map(({ sql }) =>
    [
      "npx wrangler d1 execute",
      name,
      ...locationFlags(location),
      ...flags,
      `--command="${oneLine(sql)};"`,
    ].join(" "),
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

/**
 * The database of the commands: the one that the flags give, else the one that a report names, else the standard one.
 */
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
