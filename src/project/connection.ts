import type { Location, Target } from "./targets.js";

/** A database, and which copy of it is meant. */
export interface Connection {
  target: Target;
  location: Location;
  /** Absolute state folder of a local database that is not beside its config. */
  persistTo: string | null;
  /** The account the user picked when the login has access to several; null if none was picked. */
  account: Account | null;
}

/** Where to keep a new database; null leaves it to Cloudflare. */
export interface Placement {
  /** A location hint, such as `weur`. */
  location: string | null;
  /** A jurisdiction that it must stay within, such as `eu`. */
  jurisdiction: string | null;
}

/** A Cloudflare account. `name` is null if it is not known. */
export interface Account {
  id: string;
  name: string | null;
}
