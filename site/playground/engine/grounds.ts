/** The ground of a state. */
import type { State } from "../state.ts";
import { onProcessor, type Stepping } from "../stepping/stepping.ts";
import type { Ground } from "./ground.ts";
import { Network } from "./network.ts";
import { Surface } from "./surface.ts";

/**
 * @throws {FormulaError} where a formula of somebody's own is none
 * @throws Error where the ground needs images that are not here
 */
export function groundOf(
  { ground, seed, steps }: Pick<State, "ground" | "seed" | "steps">,
  stepping: Stepping = onProcessor,
): Ground {
  return ground.kind === "surface"
    ? new Surface(ground, seed, steps, stepping)
    : new Network(ground, seed, stepping);
}
