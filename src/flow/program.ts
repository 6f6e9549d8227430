import type { Request } from "../run/request.js";
import type { ToolInfo } from "../screen/json-output.js";
import type { Output } from "../screen/output.js";
import type { Style } from "../screen/style.js";
import type { Context } from "./context.js";

/** Where problems are shown, and how. */
export interface ProblemDisplay {
  output: Output;
  tool: ToolInfo;
  /** Whether stdout gets one JSON document instead of text. */
  json: boolean;
  /** How text looks on stderr. */
  errorStyle: Style;
}

/** Where results are shown, and how. */
export interface Display extends ProblemDisplay {
  /** How text looks on stdout. */
  style: Style;
}

/** What every command receives: the request, what it needs from the system, and where its results go. */
export interface Program extends Display {
  request: Request;
  context: Context;
}
