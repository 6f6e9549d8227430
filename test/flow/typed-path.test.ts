import { describe, expect, it } from "vitest";
import { typedPath } from "../../src/flow/typed-path.js";

describe("a path typed or dragged into the terminal", () => {
  it.each([
    ["data", "/kv/data"],
    ["../data", "/data"],
    ["/srv/data", "/srv/data"],
    ["~", "/home/me"],
    ["~/data", "/home/me/data"],
    ["~data", "/kv/~data"],
    ["'/srv/my data'", "/srv/my data"],
    ['"~/my data"', "/home/me/my data"],
    ["/srv/my\\ data", "/srv/my data"],
    ["it's", "/kv/it's"],
    ["$&", "/kv/$&"],
  ])("as %j is read as %s", (typed, path) => {
    expect(typedPath(typed, "/kv", "/home/me", "linux")).toBe(path);
  });

  it("keeps backslashes on Windows, where they separate folders", () => {
    expect(typedPath("a\\b", "/kv", "/home/me", "win32")).toContain("a\\b");
  });
});
