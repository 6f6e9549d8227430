/** Appended to the advice if wrangler is needed only because of the proxy. */
export const onlyThroughProxy =
  " A token is set, but so is a proxy, which only wrangler can use with this Node version. With Node 24 or newer, NODE_USE_ENV_PROXY=1 lets this program do so too, and then it needs no wrangler.";

/** What to do if Cloudflare does not accept a token. @param names the variables that it comes from */
export function tokenAdvice(names: string[]): string {
  const [token = "CLOUDFLARE_API_TOKEN"] = names;
  return names.length === 1
    ? `${token} must be a token for the account that holds the database, with the permission D1 Edit. Create or change one at https://dash.cloudflare.com/profile/api-tokens, then run this again.`
    : `${names.join(" and ")} must belong to a member of the account that holds the database. Check them at https://dash.cloudflare.com/profile/api-tokens, then run this again.`;
}
