import { commands, type Flag, flags } from "./flags.js";

/** The text of `--help`, for 80 columns. No other imports, so that help appears immediately. */
export function helpText(): string {
  const rows = Object.entries<Flag>(flags).map(([name, flag]) => {
    const short = flag.short === undefined ? "   " : `-${flag.short},`;
    return [`${short} --${name}${flag.value === undefined ? "" : ` ${flag.value}`}`, flag.about] as const;
  });
  return `Upgrades the D1 database of a self-hosted KV Manager: finds out what is missing,
shows it, adds it in one transaction, and reads the database again to verify.

Usage
  kv-manager-upgrade [command] [flags]

Commands
${Object.entries(commands)
  .map(([name, about]) => `  ${(name === "upgrade" ? "(none)" : name).padEnd(10)}${about}`)
  .join("\n")}

Flags
${rows.map(([flag, about]) => `  ${flag.padEnd(26)}${about}`).join("\n")}

Examples
  kv-manager-upgrade
  kv-manager-upgrade status --local
  kv-manager-upgrade --local --binding kv-manager-metadata-dev --yes
  kv-manager-upgrade status --all

Exit codes
  0    done, or nothing to do
  1    failed; the database was not changed
  2    wrong usage or config; nothing was changed
  3    work is pending and was not done
  4    outcome unknown; run status
  130  cancelled
With --all: the most serious one; other databases may have been upgraded.
`;
}
