import { withOwnCommand } from "../lib/own-command.js";
import { redactDeep } from "../redaction/redact.js";
import { documentIsWritten } from "../run/record.js";
import { toAscii } from "./ascii.js";
import { fitted } from "./fit.js";

/** Where texts go, and what happens to each of them on the way. */
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

// All controls but newlines and the colours that this program itself adds.
const controls = /\x1b(?!\[[\d;]*m)|[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f\p{Cf}]/gu;

/** The one way to the screen: secrets are taken out, and nothing can move the cursor. */
export class Output {
  private readonly settings: OutputSettings;
  private readonly revealed: Set<string>;

  constructor(settings: OutputSettings) {
    this.settings = settings;
    this.revealed = settings.revealed;
    // Whoever reads us may go away (`| head`, a closed terminal); that must not end a write halfway.
    // What cannot be written for another reason, such as a full disk, is a failure all the same.
    const gone = ["EPIPE", "EIO", "ERR_STREAM_DESTROYED"];
    for (const stream of [settings.stdout, settings.stderr])
      stream.on("error", (error: NodeJS.ErrnoException) => {
        if (!gone.includes(error.code ?? "")) process.on("exit", () => (process.exitCode ||= 1));
      });
  }

  /** Lets these ids through, where the user has to tell them apart. */
  reveal(ids: string[]): void {
    for (const id of ids) this.revealed.add(id.toLowerCase());
  }

  /** Ends what `reveal` began. */
  conceal(): void {
    this.revealed.clear();
  }

  /** A text as it may be shown: for libraries that write by themselves. */
  clean(text: string): string {
    const { redact, self, unicode } = this.settings;
    const clean = redact(withOwnCommand(text, self));
    const plain = clean.replace(controls, "");
    // What nobody sees may have stood in the middle of a secret.
    const shown = plain === clean ? clean : redact(plain);
    return unicode ? shown : toAscii(shown);
  }

  /** A result, with a newline. */
  result(text: string): void {
    this.write(text, this.settings.stdout);
  }

  /** Progress, a note or an error, with a newline. */
  note(text: string): void {
    this.write(text, this.settings.stderr);
  }

  /** Nothing is wider than a terminal; a pipe gets its lines whole. */
  private write(text: string, stream: NodeJS.WriteStream): void {
    const shown = this.clean(text);
    stream.write(`${stream.isTTY && stream.columns > 0 ? fitted(shown, stream.columns) : shown}\n`);
  }

  /** The one JSON document. */
  document(value: unknown): void {
    const texts = redactDeep(value, (text) => this.settings.redact(withOwnCommand(text, this.settings.self)));
    // JSON leaves some of these as they are, and a terminal would obey them.
    const json = JSON.stringify(texts, null, 2).replace(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped);
    this.settings.stdout.write(`${json}\n`);
    documentIsWritten();
  }
}

/** A character as JSON writes it by its number. */
function escaped(char: string): string {
  return Array.from(
    { length: char.length },
    (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`,
  ).join("");
}
