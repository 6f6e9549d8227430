import type { Connection } from "../database/arguments.js";
import { WrongDatabase } from "../database/look-further.js";
import type { Wrangler } from "../database/wrangler.js";
import { printable } from "../printable.js";
import type { Problem } from "../problem.js";
import { replaceDatabaseId } from "../project/edit-config.js";
import type { Output } from "../screen/output.js";
import type { Style } from "../screen/style.js";
import { wrap } from "../screen/wrap.js";
import type { Face } from "./face.js";
import type { Questions } from "./questions.js";

/** What the wizard proposes when the database cannot be read: a login, an account, another database. */
export function recovery(questions: Questions, output: Output, style: Style): Face["recover"] {
  const tell = (problem: Problem) =>
    output.note(wrap(`${problem.message}\n${problem.advice}\n`, style.width));
  return async (problem, connection, wrangler) => {
    if (problem.code === "NOT_LOGGED_IN") {
      tell(problem);
      return await logIn(questions, connection, wrangler);
    }
    if (problem.code === "ACCOUNT_AMBIGUOUS")
      return await pickAccount(questions, output, connection, wrangler);
    if (problem instanceof WrongDatabase && problem.found.length > 0) {
      tell(problem);
      return await pickDatabase(problem, questions, output, connection);
    }
    return null;
  };
}

async function logIn(
  questions: Questions,
  connection: Connection,
  wrangler: Wrangler,
): Promise<Connection | null> {
  if (!(await questions.confirm("Log in to Cloudflare now? Your browser opens for it.", true))) return null;
  await wrangler.login(connection);
  return connection;
}

async function pickAccount(
  questions: Questions,
  output: Output,
  connection: Connection,
  wrangler: Wrangler,
): Promise<Connection | null> {
  const accounts = await wrangler.accounts(connection);
  if (accounts.length === 0) return null;
  // To choose among accounts their ids have to be seen in full.
  output.reveal(accounts.map((a) => a.id));
  const options = accounts.map((a) => ({
    value: a,
    // Many accounts are named after the e-mail address of their owner.
    label: output.clean(a.name === null ? a.id : `${printable(a.name)} (${a.id})`),
    hint: "",
  }));
  output.conceal();
  const account = await questions.pick("Which Cloudflare account holds the database?", options);
  return account === null ? null : { ...connection, account };
}

async function pickDatabase(
  problem: WrongDatabase,
  questions: Questions,
  output: Output,
  connection: Connection,
): Promise<Connection | null> {
  const { target, location } = connection;
  const field = location === "preview" ? "previewDatabaseId" : "databaseId";
  const chosen = await questions.pick(
    `Which of the account's databases is it? Its id is then written into ${target.config}.`,
    problem.found.map((d) => ({ value: d, label: printable(d.name), hint: "" })),
  );
  if (chosen === null) return null;
  if (replaceDatabaseId(target, field, chosen.id))
    return { ...connection, target: { ...target, [field]: chosen.id } };
  output.note(`${target.config} could not be changed safely; write the id into it yourself.`);
  return null;
}
