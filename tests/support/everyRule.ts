/** Every exported optimizer and transform, and settings in which a stopped run resumes. */
import {
  adam,
  adamw,
  chain,
  clipByGlobalNorm,
  cosine,
  ema,
  frozen,
  javascript,
  optimizers,
  partition,
  type Rule,
  transforms,
  webassembly,
} from "../../src/index.ts";
import type { Setting } from "./resuming.ts";

/** The step at which a run stops, and the one at which it ends. */
export const STOP = 7;
export const END = 15;

/** The setting for resuming: another order of the parameters, another compiler, another number of threads. */
export const there: Setting = { order: ["frozen", "b", "w"], backend: javascript, threads: 3 };
export const here: Setting = { backend: webassembly, threads: 2 };

const factoriesOf = (registry: object) => Object.entries<() => Rule>(registry as never);

/** A transform in a place where it has an effect: after the optimizer if it reads or keeps the optimizer's results. */
function withAdam(transform: Rule): Rule {
  const { rule, behind } = transform.parts[0]!.definition;
  return behind || /\bu\b/.test(rule) ? chain(adam(), transform) : chain(transform, adam());
}

export const rules: readonly (readonly [string, () => Rule])[] = [
  ...factoriesOf(optimizers).map(([name, make]) => [name, () => make()] as const),
  ...factoriesOf(transforms).map(
    ([name, make]) => [`adam with ${name}`, () => withAdam(make())] as const,
  ),
  [
    "a chain with parts of one name",
    () => chain(clipByGlobalNorm(1), adamw({ lr: 0.1 }), ema(0.9), ema(0.5)) as Rule,
  ],
  [
    "schedules",
    () =>
      chain(
        clipByGlobalNorm(1),
        adamw({ lr: cosine({ initial: 0.1, steps: 50 }), beta2: (step) => 1 - 0.5 / step }),
      ) as Rule,
  ],
  [
    "parameters with rules of their own",
    () =>
      partition([
        { match: "w", rule: optimizers.muon() },
        { match: "frozen", rule: frozen },
        { match: "b", rule: adamw({ lr: 0.1 }) },
      ]) as unknown as Rule,
  ],
];
