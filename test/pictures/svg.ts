import type { Paint } from "../support/terminal.js";

/** A screen and how long it is shown. */
export interface Frame {
  lines: Paint[][];
  milliseconds: number;
}

const cell = { width: 8.4, height: 18 };
const margin = 16;
const size = 14;
const background = "#1b1f27";
const ink = "#d8dee9";
// The terminal colors 0 to 8; the program uses no others.
const palette = [
  "#3b4252",
  "#e06c75",
  "#8fbf7f",
  "#e5c07b",
  "#6f9fe8",
  "#c792ea",
  "#56b6c2",
  "#d8dee9",
  "#5c6370",
];
const style = `text{font:${size}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:${ink}}.b{font-weight:700}.d{opacity:.6}`;

/**
 * Returns one screen as a picture.
 * @param title what it shows, for those who cannot see it
 */
export function still(title: string, lines: Paint[][], columns: number): string {
  const rows = lines.map((line, row) => text(line, row)).join("\n");
  return picture(title, columns, lines.length, style, rows);
}

/** Returns the screens as an endless animation. Each distinct line is in the file once. */
export function animation(title: string, frames: Frame[], columns: number, rows: number): string {
  const ids = new Map<string, string>();
  const idOf = (line: Paint[]) => {
    const drawn = text(line, 0);
    if (!ids.has(drawn)) ids.set(drawn, `l${ids.size}`);
    return ids.get(drawn);
  };
  const total = frames.reduce((sum, frame) => sum + frame.milliseconds, 0);
  const percent = (milliseconds: number) => `${((milliseconds / total) * 100).toFixed(3)}%`;
  const css = [style, ".f{visibility:hidden}"];
  const shown: string[] = [];
  let at = 0;
  frames.forEach(({ lines, milliseconds }, i) => {
    const [from, to] = [percent(at), percent(at + milliseconds)];
    css.push(
      `@keyframes k${i}{0%{visibility:hidden}${from}{visibility:visible}${to}{visibility:hidden}}`,
      `#f${i}{animation:k${i} ${total}ms step-end infinite}`,
    );
    const uses = lines.flatMap((line, row) =>
      line.length === 0 ? [] : `<use href="#${idOf(line)}" y="${row * cell.height}"/>`,
    );
    shown.push(`<g class="f" id="f${i}">${uses.join("")}</g>`);
    at += milliseconds;
  });
  const defs = [...ids].map(([drawn, id]) => `<g id="${id}">${drawn}</g>`).join("\n");
  return picture(title, columns, rows, css.join("\n"), `<defs>\n${defs}\n</defs>\n${shown.join("\n")}`);
}

function picture(title: string, columns: number, rows: number, css: string, content: string): string {
  const [width, height] = [Math.ceil(columns * cell.width + 2 * margin), rows * cell.height + 2 * margin];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${escaped(title)}</title>
<style>${css}</style>
<rect width="100%" height="100%" rx="8" fill="${background}"/>
${content}
</svg>
`;
}

function text(line: Paint[], row: number): string {
  const y = margin + row * cell.height + size;
  return line
    .flatMap((paint) =>
      // Wide gaps are left out: not every viewer keeps more than one space.
      [...paint.text.matchAll(/\S+(?: \S+)*/g)].map(([words], i, all) => {
        const column = paint.column + (all[i]?.index ?? 0);
        const looks = [paint.bold ? "b" : "", paint.dim ? "d" : ""].filter(Boolean).join(" ");
        const fill = paint.color === null ? "" : ` style="fill:${palette[paint.color] ?? ink}"`;
        const x = (margin + column * cell.width).toFixed(1);
        // The length keeps columns in line whatever font there is.
        const length = (words.length * cell.width).toFixed(1);
        return `<text x="${x}" y="${y}" textLength="${length}"${looks === "" ? "" : ` class="${looks}"`}${fill}>${escaped(words)}</text>`;
      }),
    )
    .join("");
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
