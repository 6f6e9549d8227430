import { describe, expect, it } from "vitest";
import { windowsPath } from "../../src/command-line/typed-on-windows.js";

describe("a path typed on the Windows command line", () => {
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
  ])("%s becomes %s", (typed, path) => {
    expect(windowsPath(typed, "--cwd", "win32")).toBe(path);
  });

  it("is rejected with advice when a backslash before the closing quote swallowed the next arguments", () => {
    const swallowed = () => windowsPath('C:\\KV Manager" --local --yes', "--cwd", "win32");
    expect(swallowed).toThrow('Write --cwd "C:\\KV Manager" without a backslash at the end.');
    expect(() => windowsPath('C:\\KV Manager\\" --yes', "--cwd", "win32")).toThrow(
      '"C:\\KV Manager" without',
    );
  });

  it("is unchanged on other systems, where such characters may be part of a name", () => {
    for (const name of ['a"b', "\\\\?\\C:\\x"]) expect(windowsPath(name, "--cwd", "linux")).toBe(name);
  });
});
