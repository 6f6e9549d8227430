/**
 * What the folders that the web page shares with the program need from the system that they run on, here Node. The page
 * has src/page/host.ts in its place.
 */
import { homedir } from "node:os";
import { stripVTControlCharacters } from "node:util";

/** The user's home folder, whose name is not shown; empty where there is none. */
export const homeFolder: () => string = homedir;

/** The system that printed commands are for. */
export const platform: NodeJS.Platform = process.platform;

/** A text without the sequences that a terminal obeys. */
export const withoutSequences: (text: string) => string = stripVTControlCharacters;
