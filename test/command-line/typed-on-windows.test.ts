import { describe, expect, it } from "vitest";
import { windowsPath } from "../../src/command-line/typed-on-windows.js";

describe("a path from the command line of Windows", () => {
  it.each([
    ["C:\\Users\\me\\KV Manager", "C:\\Users\\me\\KV Manager"],
    ["\\\\?\\C:\\Users\\me", "C:\\Users\\me"],
    ["//?/c:/Users/me", "c:/Users/me"],
    ["\\\\.\\C:\\Users\\me", "C:\\Users\\me"],
    ["\\\\?\\UNC\\server\\share\\kv", "\\\\server\\share\\kv"],
    ["\\\\server\\share\\kv", "\\\\server\\share\\kv"],
    ["C:kv", "C:kv"],
    ["..\\kv", "..\\kv"],
    ["-", "-"],
  ])("%s is %s", (typed, path) => {
    expect(windowsPath(typed, "--cwd", "win32")).toBe(path);
  });

  it("that a backslash before its closing quotation mark has joined with the rest is told so", () => {
    const swallowed = () => windowsPath('C:\\KV Manager" --local --yes', "--cwd", "win32");
    expect(swallowed).toThrow('Write --cwd "C:\\KV Manager" without a backslash at the end.');
    expect(() => windowsPath('C:\\KV Manager\\" --yes', "--cwd", "win32")).toThrow(
      '"C:\\KV Manager" without',
    );
  });

  it("is left alone on other systems, where all of that may be part of a name", () => {
    for (const name of ['a"b', "\\\\?\\C:\\x"]) expect(windowsPath(name, "--cwd", "linux")).toBe(name);
  });
});
