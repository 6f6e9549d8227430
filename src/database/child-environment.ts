/**
 * The environment for every start of wrangler: ours, without what would make it prompt, print extras, use colors or
 * choose a different environment. What is set here is not taken from a `.env` beside the config.
 */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { CLOUDFLARE_ENV: _env, FORCE_COLOR: _color, ...rest } = env;
  return {
    ...rest,
    ...{ CI: "true", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" },
    // Any other level suppresses the output, or adds to it.
    WRANGLER_LOG: "log",
  };
}
