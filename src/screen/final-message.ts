import * as messages from "../messages/run.js";
import type { Request } from "../run/request.js";
import type { Result } from "../run/result.js";
import { closingSentence } from "./contents.js";
import { verificationTable } from "./parts.js";
import { commandFor } from "./rerun-command.js";
import type { Style } from "./style.js";
import { deployedLines, nextSteps } from "./summary.js";
import { wrap } from "./wrap.js";

/**
 * The end of a wizard run: how it ended, the verification table, any difference from the prediction by deploy date,
 * next steps with how to restore, and the command that does the same.
 */
export function finalMessage(result: Result, request: Request, style: Style): string {
  if (result.problem !== null) return "";
  const sentence = style.bold(wrap(closingSentence(result), style.width));
  if (result.applied !== true)
    return [sentence, nextSteps(result, request, style)].filter(Boolean).join("\n\n");
  return [
    style.good(sentence),
    verificationTable(result.checks, style),
    ...result.differences.map((difference) => wrap(messages.note(difference), style.width)),
    ...deployedLines(result, request.deployed)
      .slice(1)
      .map((line) => wrap(line, style.width)),
    nextSteps(result, request, style),
    same(result, request, style),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function same({ connection, setsUp }: Result, request: Request, style: Style): string {
  if (connection === null) return "";
  const again = commandFor(setsUp ? "setup" : "", connection, request, true);
  const needsName = request.backup !== null && !setsUp;
  const hint = needsName ? `\n${messages.next.sameBackup}` : "";
  return wrap(`${messages.next.same}\n  ${again}${hint}`, style.width);
}
