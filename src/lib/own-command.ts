/** The program's name where a text tells to run it, unless it is named in full already. */
const command = /(?<!npx )\bkv-manager-upgrade(?= (?:-|status|setup|report|explain|page\b))/g;

/**
 * Names this program in the commands of a text as the user can start it.
 * @param own such as `npx kv-manager-upgrade`
 */
export function withOwnCommand(text: string, own: string): string {
  return text.replace(command, () => own);
}
