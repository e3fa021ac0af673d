/** Who plans a rule that was defined without a planner: the one of `gradus`, where there is one. */
import { Feature } from "../../feature.ts";
import type { Planner } from "../definition.ts";

/** What only those need who step by such rules. */
export const planning = /* @__PURE__ */ new Feature<Planner>();

/** @throws {Error} of each call, where nothing has provided a planner */
export const askedPlanner: Planner = {
  step: (...given) => planning.value.step(...given),
  asksForMatrix: (rule) => planning.value.asksForMatrix(rule),
  initial: (...given) => planning.value.initial(...given),
  evaluation: (...given) => planning.value.evaluation(...given),
  learningRate: (rule) => planning.value.learningRate(rule),
};
