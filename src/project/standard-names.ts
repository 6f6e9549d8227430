/** KV Manager's development database, and the config that binds it. */
export const developmentDatabase = "kv-manager-metadata-dev";
export const developmentConfig = "wrangler.dev.toml";
/** The name that KV Manager's own configs give its database, and the binding that its code reads. */
export const standardDatabase = "kv-manager-metadata";
export const standardBinding = "METADATA";

/** The flags that name the database of a stock checkout, when only its location is known. */
export function standardFlags(location: "local" | "remote"): string {
  return `--${location} --binding ${location === "local" ? developmentDatabase : standardDatabase}`;
}

/** wrangler's flags for a location: local, remote or preview. */
export function locationFlags(location: string): string[] {
  return location === "preview" ? ["--remote", "--preview"] : [`--${location}`];
}
