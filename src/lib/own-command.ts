/** The program's name where a text says to run it, unless it is written in full already. */
const command = /(?<!npx )\bkv-manager-upgrade(?= (?:-|status|setup|report|explain|page\b))/g;

/**
 * Rewrites this program's name in a text's commands to the way the user can start it.
 * @param own such as `npx kv-manager-upgrade`
 */
export function withOwnCommand(text: string, own: string): string {
  return text.replace(command, () => own);
}
