// A process of `npm run exhaustive`: examines the compositions whose numbers it is sent.
import { generate } from "../tests/compositions/generator.ts";
import { examine, type Finding } from "../tests/compositions/report.ts";

export interface Question {
  readonly seed: number;
  readonly index: number;
}

export type Answer = Finding;

process.on("message", ({ seed, index }: Question) => {
  const again = `npm run exhaustive -- --seed ${seed} --only ${index}`;
  process.send!(examine(generate(seed, index), again) satisfies Answer);
});
process.on("disconnect", () => process.exit());
