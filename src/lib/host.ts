/**
 * What the folders shared by the program and the web page need from their host, here Node. The page uses
 * src/page/host.ts instead.
 */
import { homedir } from "node:os";
import { stripVTControlCharacters } from "node:util";

/** The user's home folder, whose name is not shown; empty if there is none. */
export const homeFolder: () => string = homedir;

/** The system that printed commands are for. */
export const platform: NodeJS.Platform = process.platform;

/** Returns a text without terminal control sequences. */
export const withoutSequences: (text: string) => string = stripVTControlCharacters;
