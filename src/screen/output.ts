import { withOwnCommand } from "../lib/own-command.js";
import { redactDeep } from "../redaction/redact.js";
import { documentIsWritten } from "../run/record.js";
import { toAscii } from "./ascii.js";
import { fitToWidth } from "./fit.js";

/** Where texts go, and how each is processed on the way. */
export interface OutputSettings {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  redact: (text: string) => string;
  /** Ids that `redact` leaves as they are. */
  revealed: Set<string>;
  /** How the user starts this program, for commands in texts: `npx kv-manager-upgrade`. */
  self: string;
  /** Whether both streams can show more than ASCII. */
  unicode: boolean;
}

// All control characters except newlines and the colors that this program itself adds.
const controls = /\x1b(?!\[[\d;]*m)|[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f\p{Cf}]/gu;

/** The only way to the screen: secrets are redacted, and nothing can move the cursor. */
export class Output {
  private readonly settings: OutputSettings;

  constructor(settings: OutputSettings) {
    this.settings = settings;
    // The reader may go away (`| head`, a closed terminal); that must not end a database write halfway. Any other
    // error, such as a full disk, still fails the run.
    const gone = ["EPIPE", "EIO", "ERR_STREAM_DESTROYED"];
    for (const stream of [settings.stdout, settings.stderr])
      stream.on("error", (error: NodeJS.ErrnoException) => {
        if (!gone.includes(error.code ?? "")) process.on("exit", () => (process.exitCode ||= 1));
      });
  }

  /** Shows these ids in full, for when the user must tell them apart. */
  reveal(ids: string[]): void {
    for (const id of ids) this.settings.revealed.add(id.toLowerCase());
  }

  /** Redacts all ids again. */
  conceal(): void {
    this.settings.revealed.clear();
  }

  /** Returns a text as it may be shown: for libraries that write on their own. */
  clean(text: string): string {
    const { redact, self, unicode } = this.settings;
    const clean = redact(withOwnCommand(text, self));
    const plain = clean.replace(controls, "");
    // A removed character may have been in the middle of a secret.
    const shown = plain === clean ? clean : redact(plain);
    return unicode ? shown : toAscii(shown);
  }

  /** Prints a result, with a newline. */
  result(text: string): void {
    this.write(text, this.settings.stdout);
  }

  /** Prints progress, a note or an error, with a newline. */
  note(text: string): void {
    this.write(text, this.settings.stderr);
  }

  /** Fits lines to a terminal's width; a pipe gets them whole. */
  private write(text: string, stream: NodeJS.WriteStream): void {
    const shown = this.clean(text);
    stream.write(`${stream.isTTY && stream.columns > 0 ? fitToWidth(shown, stream.columns) : shown}\n`);
  }

  /** Prints the run's one JSON document. */
  document(value: unknown): void {
    const texts = redactDeep(value, (text) => this.settings.redact(withOwnCommand(text, this.settings.self)));
    // JSON leaves some of these unescaped, and a terminal would obey them.
    const json = JSON.stringify(texts, null, 2).replace(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped);
    this.settings.stdout.write(`${json}\n`);
    documentIsWritten();
  }
}

/** A character as a JSON escape. */
function escaped(char: string): string {
  return Array.from(
    { length: char.length },
    (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`,
  ).join("");
}
