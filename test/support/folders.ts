import { rmSync } from "node:fs";
import { afterEach } from "vitest";
import { makeProject } from "./project.js";

/**
 * Makes projects that are removed after each test of a file.
 * @returns a function like `makeProject`
 */
export function disposableProjects(): typeof makeProject {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return (...args) => {
    const folder = makeProject(...args);
    folders.push(folder);
    return folder;
  };
}
