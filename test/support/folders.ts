import { rmSync } from "node:fs";
import { afterAll } from "vitest";
import { makeProject } from "./project.js";

/**
 * Makes projects that are removed after the tests of a file, some of which may run at the same time.
 * @returns a function like `makeProject`
 */
export function disposableProjects(): typeof makeProject {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return (...args) => {
    const folder = makeProject(...args);
    folders.push(folder);
    return folder;
  };
}
