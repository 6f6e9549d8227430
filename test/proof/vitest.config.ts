import { defineConfig, mergeConfig } from "vitest/config";
import base from "../vitest.config.js";

/** The longer proofs: the same settings, other files. */
const config = mergeConfig(base, defineConfig({ test: { testTimeout: 180_000 } }));
config.test = { ...config.test, include: ["test/proof/**/*.test.ts"], exclude: ["node_modules/**"] };
export default config;
