/** How long the steps of a race take on a GPU and on the processor, measured here. */
import { adam, type Rule } from "gradus";
import type { State } from "../state.ts";
import type { Gpu } from "../stepping/gpu.ts";
import type { StepTimes } from "../stepping/times.ts";
import type { Ground } from "./ground.ts";
import { groundOf } from "./grounds.ts";
import { ruleOf } from "./rules.ts";

export interface Timed extends StepTimes {
  /** The position of an entry; none of Adam on weights so many that a GPU has work. */
  readonly entry: number | undefined;
  /** How many numbers a step changes. */
  readonly numbers: number;
}

type Shapes = Ground["shapes"];

const many: Shapes = { w: [2 ** 20] };

const lengthOf = (shapes: Shapes): number =>
  Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);

/**
 * Entries that cannot race are left out.
 *
 * @param mayGoOn is asked before each measurement
 * @throws Error where it says no
 */
export async function timed(
  state: State,
  gpu: Gpu,
  mayGoOn: () => boolean,
): Promise<readonly Timed[]> {
  const { stepTimes } = await import("../stepping/times.ts");
  const all: Timed[] = [];
  const measure = async (entry: number | undefined, makeRule: () => Rule, shapes: Shapes) => {
    if (!mayGoOn()) throw new Error("Another race has begun.");
    const times = await stepTimes(gpu, makeRule(), shapes).catch(() => undefined);
    if (times !== undefined) all.push({ entry, numbers: lengthOf(shapes), ...times });
  };
  const { shapes } = groundOf(state);
  for (const [i, entry] of state.entries.entries()) await measure(i, () => ruleOf(entry), shapes);
  await measure(undefined, adam, many);
  return all;
}
