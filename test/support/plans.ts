import type { Plan } from "../../src/plan/plan.js";

/** The status of each migration in order, such as `applied partial pending`. */
export const statusesOf = (plan: Plan) => plan.migrations.map((m) => m.status).join(" ");
