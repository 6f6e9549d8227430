import picocolors from "picocolors";

/** How things look on this terminal: colors, if any, Unicode or ASCII marks, and the width. */
export interface Style {
  bold: (text: string) => string;
  dim: (text: string) => string;
  good: (text: string) => string;
  bad: (text: string) => string;
  warn: (text: string) => string;
  accent: (text: string) => string;
  unicode: boolean;
  /** The current columns of the terminal: it may be resized. */
  readonly width: number;
}

/** What a stream and its environment say about how to print there. */
export interface Terminal {
  isTTY: boolean;
  /** Undefined if there is no terminal. */
  columns: number | undefined;
}

const widthWithoutTerminal = 80;
const narrowest = 20;

/**
 * Chooses colors, marks and width.
 * @param terminal where the text goes
 * @param env the environment; NO_COLOR, FORCE_COLOR, TERM, COLUMNS and the locale are used
 * @param wantsColor false with `--no-color`
 */
export function makeStyle(terminal: Terminal, env: NodeJS.ProcessEnv, wantsColor: boolean): Style {
  const { bold, dim, green, red, yellow, cyan } = picocolors.createColors(
    wantsColor && allowsColor(terminal, env),
  );
  return {
    ...{ bold, dim, good: green, bad: red, warn: yellow, accent: cyan },
    unicode: speaksUnicode(env),
    get width() {
      return Math.max(narrowest, terminal.columns || Number(env.COLUMNS) || widthWithoutTerminal);
    },
  };
}

/** Follows no-color.org, with FORCE_COLOR for pipes; NO_COLOR wins if both are set. */
export function allowsColor({ isTTY }: Terminal, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return !/^(0|false)$/.test(env.FORCE_COLOR);
  // A pipe has no isTTY, and picocolors would take undefined as "decide yourself".
  return isTTY === true && env.TERM !== "dumb";
}

/** Whether a terminal shows more than ASCII, judging by the environment. */
export function speaksUnicode(env: NodeJS.ProcessEnv): boolean {
  if (process.platform === "win32") return Boolean(env.WT_SESSION || env.TERM_PROGRAM || env.TERM);
  if (env.TERM === "dumb" || env.TERM === "linux") return false;
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || "");
}
