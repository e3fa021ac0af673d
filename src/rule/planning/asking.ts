/** The planner of rules that were defined without one: that of `gradus`, if it is loaded. */
import { Feature } from "../../feature.ts";
import type { Planner } from "../definition.ts";

/** The planner, which only callers that run such rules need. */
export const planning = /* @__PURE__ */ new Feature<Planner>();

/** @throws {Error} at each call, if nothing has provided a planner */
export const askedPlanner: Planner = {
  step: (...given) => planning.value.step(...given),
  asksForMatrix: (rule) => planning.value.asksForMatrix(rule),
  initial: (...given) => planning.value.initial(...given),
  evaluation: (...given) => planning.value.evaluation(...given),
  learningRate: (rule) => planning.value.learningRate(rule),
};
