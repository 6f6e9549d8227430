import { describe, it } from "vitest";
import { disposableProjects } from "../support/folders.js";
import { toldByItsCause, unstartable } from "../support/unstartable-engine.js";

const project = disposableProjects();
const places = Object.keys(unstartable) as (keyof typeof unstartable)[];

// Only POSIX runs a script like a program. The first case is in `npm test`.
describe.skipIf(process.platform === "win32")("an engine that does not start", () => {
  it.each(places.slice(1))("%s is reported with its cause, and nothing is changed", async (where) => {
    await toldByItsCause(project(), where);
  });
});
