import { defineConfig, mergeConfig } from "vitest/config";
import base from "../vitest.config.js";

/** The longer proofs: the same settings, other files. They mostly wait, so more of them may run at the same time. */
const config = mergeConfig(base, defineConfig({ test: { testTimeout: 900_000, maxConcurrency: 5 } }));
config.test = { ...config.test, include: ["test/proof/**/*.test.ts"], exclude: ["node_modules/**"] };
export default config;
