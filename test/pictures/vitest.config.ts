import { defineConfig, mergeConfig } from "vitest/config";
import base from "../vitest.config.js";

/** `npm run pictures`: recreates the stills, records the animation and captures the page, one after the other. */
const config = mergeConfig(base, defineConfig({ test: { testTimeout: 120_000, fileParallelism: false } }));
config.test = {
  ...config.test,
  include: ["test/pictures/stills.test.ts", "test/pictures/record.ts", "test/pictures/page.ts"],
  exclude: [],
};
export default config;
