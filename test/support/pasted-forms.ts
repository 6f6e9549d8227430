import { inspectionQuery } from "../../src/database/inspection-query.js";
import { inspectionText, wranglersAnswer } from "./inspections.js";

const crlf = (text: string) => text.replaceAll("\n", "\r\n");

/**
 * The forms in which people paste the result of the inspection query.
 * @param sql creates the database
 * @returns what each form is, with its text
 */
export function pastedForms(sql: string): [string, string][] {
  const cell = inspectionText(sql);
  const answer = wranglersAnswer(sql);
  const parsed = JSON.parse(answer) as { results: unknown }[];
  const csv = `"${cell.replaceAll('"', '""')}"`;
  return [
    ["wrangler's output", answer],
    ["wrangler's output with Windows line endings", crlf(answer)],
    ["wrangler's output on one line", JSON.stringify(parsed)],
    [
      "wrangler's output between its banners",
      `\n ⛅️ wrangler 4.86.0\n------\n▲ [WARNING] odd\n[1mbold\n${answer}\n🪵  Logs were written\n`,
    ],
    ["wrangler's output below a line with a bracket", `[wrangler:info] Ready\n{ not json\n${answer}`],
    ["wrangler's output in a code fence", `Here it is:\n\n\`\`\`json\n${answer}\n\`\`\`\nThanks`],
    [
      "wrangler's output in a quoted e-mail",
      crlf(`> On Monday you wrote:\n> ${answer.replaceAll("\n", "\n> ")}\n`),
    ],
    ["wrangler's output in color", `\x1b[32m${answer}\x1b[39m`],
    ["wrangler's output, wrapped at 80 columns", answer.replace(/(.{80})/g, "$1\n")],
    [
      "wrangler's output, wrapped at 80 columns with Windows line endings",
      answer.replace(/(.{80})/g, "$1\r\n"),
    ],
    ["wrangler's output, indented", answer.replace(/^/gm, "    ")],
    ["one result of wrangler's output", JSON.stringify(parsed[0])],
    ["the rows of wrangler's output", JSON.stringify(parsed[0]?.results)],
    ["the API's answer", JSON.stringify({ result: parsed, success: true, errors: [] })],
    ["the bare cell", cell],
    ["the bare cell as a CSV file has it", csv],
    ["the bare cell as a JSON string", JSON.stringify(cell)],
    [
      "the bare cell in the source of a web page",
      `<pre>\n${cell.replaceAll('"', "&quot;").replaceAll("'", "&#39;")}\n</pre>`,
    ],
    [
      "the bare cell with a word processor's quotes",
      cell.replaceAll('"', "\u201d").replaceAll("'", "\u2019"),
    ],
    [
      "the bare cell, indented with non-breaking spaces",
      JSON.stringify(JSON.parse(cell), null, 2).replace(/^ +/gm, (s) => s.replaceAll(" ", "\u00a0")),
    ],
    ["a table", `kv_manager_inspection\n${cell}`],
    ["a table on one line", `kv_manager_inspection ${cell}`],
    [
      "a table on one line with a word processor's quotes",
      `kv_manager_inspection ${cell.replaceAll('"', "\u201d")}`,
    ],
    ["a table with numbered rows", `\tkv_manager_inspection\n1\t${cell}\n`],
    ["a table drawn with lines", `┌───────┐\n│ kv_manager_inspection │\n├───────┤\n│ ${cell} │\n└───────┘`],
    ["a CSV file", `kv_manager_inspection\r\n${csv}\r\n`],
    [
      "everything in the console, with the query",
      `${inspectionQuery}\nRun\nkv_manager_inspection\n${cell}\n1 row`,
    ],
  ];
}
