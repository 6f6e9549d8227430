import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    globalSetup: "test/global-setup.ts",
    include: ["test/**/*.test.ts"],
    exclude: ["test/proof/**", "node_modules/**"],
    // One more than two cores, since each test of the whole program waits for it for a while.
    maxWorkers: 3,
    // Tests that mostly wait may run at the same time.
    maxConcurrency: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
