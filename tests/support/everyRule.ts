/** Every exported optimizer and transform, and places for a run that stops to go on. */
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

/** The steps after which a run stops, and after which it ends. */
export const STOP = 7;
export const END = 15;

/** Elsewhere: another order of the parameters, another compiler, another number of threads. */
export const there: Setting = { order: ["frozen", "b", "w"], backend: javascript, threads: 3 };
export const here: Setting = { backend: webassembly, threads: 2 };

const factoriesOf = (registry: object) => Object.entries<() => Rule>(registry as never);

/** A transform where it does something: behind the optimizer if it reads or keeps what that has made. */
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
