import type { Location, Target } from "./targets.js";

/** A database and the copy of it that is meant. */
export interface Connection {
  target: Target;
  location: Location;
  /** Absolute state folder of a local database that does not lie beside its config. */
  persistTo: string | null;
  /** The account that the user picked where your login has access to several; null where nothing was picked. */
  account: Account | null;
  /** Absolute folder that wrangler runs in, where that is not its config's. */
  runsIn?: string;
}

/** Where a new database is to be kept; null leaves it to Cloudflare. */
export interface Placement {
  /** A hint, such as `weur`. */
  location: string | null;
  /** A limit, such as `eu`. */
  jurisdiction: string | null;
}

/** A Cloudflare account. `name` is null where it is not known. */
export interface Account {
  id: string;
  name: string | null;
}
