import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    globalSetup: "test/global-setup.ts",
    include: ["test/**/*.test.ts"],
    exclude: ["test/proof/**", "node_modules/**"],
    // Two cores, and each test of the whole program waits for it a while.
    maxWorkers: 3,
    // Tests that mostly wait may do so together.
    maxConcurrency: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
