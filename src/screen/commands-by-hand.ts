import { commandLine, flag } from "../lib/shell-quote.js";
import { oneLine } from "../plan/sql-tokens.js";
import {
  developmentConfig,
  developmentDatabase,
  locationFlags,
  standardDatabase,
} from "../project/standard-names.js";
import type { TargetPart } from "../project/target-names.js";
import type { Request } from "../run/request.js";
import type { Facts } from "../run/result.js";

/** The part of a command that differs for the database of `wrangler dev`. */
export const developmentByHand = `${developmentDatabase} --local --config ${developmentConfig}`;

/** What is known without a report: the deployed database is meant. */
const notSaved: TargetPart = {
  ...{ location: "remote", persistTo: null },
  ...{ binding: null, database: null, config: null, env: null },
};

/**
 * Commands for doing it without this program: one per statement, so that an existing column stops only its own. They
 * are for the database that the flags give, else the one that a report names, else the standard one.
 * @returns wrangler's commands, and this program's, which does the same but checks what is there first
 */
export function commandsByHand(
  { statements, savedFrom }: Pick<Facts, "statements" | "savedFrom">,
  { binding, config, env, forVersion }: Pick<Request, "binding" | "config" | "env" | "forVersion">,
): { commands: string[]; better: string } {
  const saved = savedFrom ?? notSaved;
  const bound = binding ?? saved.binding ?? saved.database ?? standardDatabase;
  const name = binding ?? saved.database ?? bound;
  const flags = [
    ...flag("config", config ?? saved.config),
    ...flag("env", env ?? saved.env),
    ...flag("persist-to", saved.persistTo),
  ];
  const execute = ["npx", "wrangler", "d1", "execute", name, ...locationFlags(saved.location), ...flags];
  const upgrade = ["kv-manager-upgrade", `--${saved.location}`, ...flags, "--binding", bound];
  return {
    commands: statements.map(({ sql }) => `${commandLine(execute)} --command="${oneLine(sql)};"`),
    better: commandLine([...upgrade, ...flag("for", forVersion), "--yes"]),
  };
}
