import { jurisdictions, placement, places } from "../messages/setup.js";
import type { Placement } from "../project/connection.js";
import type { Prompter } from "../prompts/prompter.js";
import type { Request } from "../run/request.js";

/**
 * Asks where to keep a new database, unless a flag says so. Pressing Enter leaves it to Cloudflare.
 * @throws {Cancelled}
 */
export async function placementAsked(prompter: Prompter, request: Request): Promise<Placement> {
  const said: Placement = { location: request.d1Location, jurisdiction: request.jurisdiction };
  if (said.location !== null || said.jurisdiction !== null) return said;
  if (await prompter.confirm(placement.leave, true)) return said;
  const options = [
    ...Object.entries(places).map(([hint, label]) =>
      option(label, hint, { location: hint, jurisdiction: null }),
    ),
    ...Object.entries(jurisdictions).map(([name, label]) =>
      option(label, name, { location: null, jurisdiction: name }),
    ),
  ];
  return (await prompter.pick(placement.question, options)) ?? said;
}

function option(label: string, hint: string, value: Placement) {
  return { value, label: `${label[0]?.toUpperCase()}${label.slice(1)}`, hint };
}
