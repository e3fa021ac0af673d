/** The ground of a state. */
import type { State } from "../state.ts";
import type { Ground } from "./ground.ts";
import { Surface } from "./surface.ts";

/** @throws {FormulaError} where a formula of somebody's own is none */
export function groundOf({
  ground,
  seed,
  steps,
}: Pick<State, "ground" | "seed" | "steps">): Ground {
  return new Surface(ground, seed, steps);
}
