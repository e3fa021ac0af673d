/** Draws random numbers with the library's generator, which gives the same ones in every engine. */
import { addNoise, chain, sgd } from "gradus";
import { createRandom } from "gradus/tasks";
import { raceSeed } from "./race.ts";
import { run } from "./run.ts";

/** The noise of a race in the playground: two numbers for each step, as drawn with its seed. */
export function raceNoise(steps: number): Float64Array {
  const random = createRandom(raceSeed);
  return Float64Array.from({ length: 2 * steps }, () => random.normal());
}

/** `count` normally distributed numbers of mean 0 and variance 1, always the same. */
export function normals(count: number): Float64Array {
  const zeros = new Float64Array(count);
  const drawn = run(
    chain(addNoise({ eta: 1, gamma: 0 }), sgd({ lr: 1 })),
    () => zeros,
    [...zeros],
    1,
  );
  return drawn[1]!.parameters;
}
