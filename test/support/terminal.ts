import { readSync } from "node:fs";
import { createRequire } from "node:module";
import { StringDecoder } from "node:string_decoder";
import { type IPty, spawn } from "@lydell/node-pty";
import type { IBufferLine, Terminal as TerminalClass } from "@xterm/headless";
import { afterEach } from "vitest";
import { textWidth } from "../../src/screen/text-width.js";
import { cli, plainEnvironment } from "./cli.js";
import { expectNoSecrets } from "./secrets.js";

// Published as CommonJS only.
const { Terminal } = createRequire(import.meta.url)("@xterm/headless") as { Terminal: typeof TerminalClass };

export const keys = {
  enter: "\r",
  down: "\x1b[B",
  up: "\x1b[A",
  escape: "\x1b",
  backspace: "\x7f",
  ctrlC: "\x03",
  ctrlD: "\x04",
  ctrlZ: "\x1a",
};

/** A uniformly styled part of a line. `color` is the terminal's color number, null for its default. */
export interface Paint {
  column: number;
  text: string;
  color: number | null;
  bold: boolean;
  dim: boolean;
}

function paintsOf(line: IBufferLine | undefined): Paint[] {
  const paints: Paint[] = [];
  for (let column = 0; column < (line?.length ?? 0); column++) {
    const cell = line?.getCell(column);
    if (cell === undefined) continue;
    const look = {
      color: cell.isFgPalette() ? cell.getFgColor() : null,
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
    };
    const last = paints.at(-1);
    const same = last && last.color === look.color && last.bold === look.bold && last.dim === look.dim;
    if (same) last.text += cell.getChars() || " ";
    else paints.push({ column, text: cell.getChars() || " ", ...look });
  }
  return paints.filter((paint) => paint.text.trim() !== "");
}

const open = new Set<IPty>();
afterEach(() => {
  // Only processes left behind by a failed test.
  for (const pty of open) pty.kill("SIGKILL");
  open.clear();
});

/** Returns a text without the line breaks, bars and command continuations of a narrow screen. */
export function unbroken(text: string): string {
  return text.replace(/ \\\n +/g, " ").replace(/ *\n(?:[│|] {2})?/g, " ");
}

/** Matches a screen on which a question was asked so many times. */
export function asked(question: string, times: number): RegExp {
  return new RegExp(`(${question.replace(/[?.()]/g, "\\$&")}[\\s\\S]*){${times}}`);
}

/** Reads what a terminal still has, until there is nothing (EAGAIN) or its other end is closed (EIO). */
function* restOf(fd: number): Generator<Buffer> {
  for (;;) {
    const buffer = Buffer.alloc(65_536);
    let length: number;
    try {
      length = readSync(fd, buffer);
    } catch {
      return;
    }
    if (length === 0) return;
    yield buffer.subarray(0, length);
  }
}

/** The real program in a real pseudo-terminal, with the screen that a person would see. */
export class Screen {
  /** Everything that was printed, with its control sequences. */
  raw = "";
  /** The exit code; no secret may have been shown by then. */
  readonly exited: Promise<number>;
  private readonly pty: IPty;
  private readonly terminal: TerminalClass;
  private readonly decoder = new StringDecoder("utf8");
  private written: Promise<void> = Promise.resolve();
  private code: number | null = null;
  private closing = false;

  constructor(
    args: string[],
    options: {
      cwd: string;
      columns?: number;
      rows?: number;
      env?: NodeJS.ProcessEnv;
      script?: string;
      /** Started instead of Node with the script. */
      program?: string;
      allowedIds?: string[];
    },
  ) {
    const { columns: cols = 80, rows = 40 } = options;
    this.terminal = new Terminal({ cols, rows, allowProposedApi: true, scrollback: 5000 });
    // A pseudo-terminal would pass on the word "undefined".
    const env = Object.fromEntries(
      Object.entries({ ...plainEnvironment(), TERM: "xterm-256color", ...options.env }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    const { program = process.execPath, script = cli } = options;
    this.pty = spawn(program, options.program === undefined ? [script, ...args] : args, {
      cols,
      rows,
      cwd: options.cwd,
      env,
      // A character may be divided between two reads, the last of which is ours.
      encoding: null,
    });
    open.add(this.pty);
    this.readToTheEnd();
    this.pty.onData((data: string | Buffer) => this.receive(Buffer.from(data)));
    const ended = new Promise<number>((resolve) => {
      this.pty.onExit(({ exitCode }) => {
        this.code = exitCode;
        open.delete(this.pty);
        resolve(exitCode);
      });
    });
    this.exited = ended.then(async (exitCode) => {
      expectNoSecrets(await this.text(), env, options.allowedIds);
      return exitCode;
    });
  }

  private receive(data: Buffer): void {
    const text = this.decoder.write(data);
    this.raw += text;
    this.written = new Promise((resolve) => this.terminal.write(text, resolve));
  }

  /**
   * Reads the end of the output before the terminal is closed. libuv takes a terminal whose program has exited for read
   * to its end after the first partial read, and node-pty closes it after 200 ms, read or not; both lose the last lines
   * on a busy machine.
   */
  private readToTheEnd(): void {
    const { _socket: socket, _fd: fd } = this.pty as IPty & {
      _socket?: { destroy(error?: Error): unknown };
      _fd?: number;
    };
    // Windows terminals have none.
    if (socket === undefined || fd === undefined) return;
    const destroy = socket.destroy.bind(socket);
    socket.destroy = (error) => {
      // From then on, the descriptor may be another file's.
      socket.destroy = destroy;
      if (!this.closing) for (const data of restOf(fd)) this.receive(data);
      return destroy(error);
    };
  }

  /** The lines of the screen and of what has scrolled off it, without trailing space. */
  async lines(): Promise<string[]> {
    await this.written;
    const { active } = this.terminal.buffer;
    return Array.from({ length: active.length }, (_, i) => active.getLine(i)?.translateToString(true) ?? "");
  }

  /** The text as printed: lines that the terminal wrapped are joined again. */
  async text(): Promise<string> {
    await this.written;
    const { active } = this.terminal.buffer;
    let text = "";
    for (let i = 0; i < active.length; i++) {
      const line = active.getLine(i);
      const continues = active.getLine(i + 1)?.isWrapped ?? false;
      text += `${line?.translateToString(!continues) ?? ""}${continues ? "" : "\n"}`;
    }
    return text.trimEnd();
  }

  /** The lines with their styles: of the whole text, or of the current screen. */
  async painted(visibleOnly = false): Promise<Paint[][]> {
    await this.written;
    const { active } = this.terminal.buffer;
    const from = visibleOnly ? active.viewportY : 0;
    const count = visibleOnly ? this.terminal.rows : active.length;
    return Array.from({ length: count }, (_, i) => paintsOf(active.getLine(from + i)));
  }

  /** The lines that were printed wider than the screen, as they were before the terminal wrapped them. */
  async overlong(): Promise<string[]> {
    return (await this.text()).split("\n").filter((line) => textWidth(line) > this.terminal.cols);
  }

  /** Waits until the text contains `wanted`, however it is wrapped; at most `seconds`. */
  async waitFor(wanted: string | RegExp, seconds = 30): Promise<void> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const text = await this.text();
      if (typeof wanted === "string" ? unbroken(text).includes(wanted) : wanted.test(text)) return;
      if (Date.now() > end || this.code !== null)
        throw new Error(`"${wanted}" did not appear (exit code ${this.code}). The screen:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  /** Types; `keys` has the special ones. */
  press(text: string): void {
    this.pty.write(text);
  }

  /** Waits for a text, then types. */
  async answer(wanted: string | RegExp, text: string): Promise<void> {
    await this.waitFor(wanted);
    this.press(text);
  }

  /**
   * Presses Enter at the last question, which exits.
   * @returns the exit code
   */
  async declineAnother(): Promise<number> {
    await this.answer("Continue with another database?", keys.enter);
    return this.exited;
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pty.pid, name);
  }

  resize(columns: number, rows: number): void {
    this.pty.resize(columns, rows);
    this.terminal.resize(columns, rows);
  }

  /** Closes the terminal itself, like closing a window; the system then signals the program. */
  close(): void {
    this.closing = true;
    (this.pty as IPty & { destroy(): void }).destroy();
  }
}
