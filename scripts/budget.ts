/**
 * What `import { adam, optimize } from "gradus"` may add to a bundle, in bytes, minified and gzipped. By what it is for, in kB: loops as
 * WebAssembly 5.1, binding and memories 5.1, steps and hosts' numbers 4.3, gradients and what is wrong with them 2.0, saving and
 * restoring 3.5, threads 2.1, groups and hyperparameters 1.6, arrays that live elsewhere 1.3, exact powers 0.9, reports 0.5, Adam
 * itself 1.4, and the rest messages. `npm run check:size` holds it, and the benchmark measures against it.
 */
export const BUDGET = 28_920;

/** The same of whatever has its programs at hand, of a chain, which brings the rule language along, and of all of the language alone. */
export const BUDGETS: readonly (readonly [module: string, bytes: number])[] = [
  [`import { sgd, optimize } from "gradus"; console.log(sgd, optimize);`, 29_000],
  [
    `import { adam, chain, clipByGlobalNorm, optimize } from "gradus"; console.log(adam, chain, clipByGlobalNorm, optimize);`,
    46_500,
  ],
  [`import * as rule from "gradus/rule"; console.log(rule);`, 28_950],
];
