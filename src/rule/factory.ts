/** Makes rules from definitions and options. */
import type {
  Definition,
  HyperDefaults,
  HyperOptions,
  Planner,
  Role,
  Rule,
  RuleFactory,
  Schedule,
} from "./definition.ts";
import { fillIn } from "./hyper.ts";

/** @param planner makes the programs of its rules */
export function ruleFactory<H extends HyperDefaults, A extends keyof H & string>(
  role: Role,
  definition: Definition<H, A>,
  planner: Planner,
): RuleFactory<H, A> {
  const factory = (options: HyperOptions<H> | number | Schedule = {}): Rule<H> => ({
    parts: [{ name: definition.name, role, definition, hyper: fillIn(definition, options) }],
    planner,
  });
  return Object.assign(factory, { definition, role });
}
