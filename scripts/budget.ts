/**
 * What `import { adam, optimize } from "gradus"` may add to a bundle, in bytes, minified and gzipped:
 * the family's 16,970, 1,600 for threads, 1,400 for several memories, short steps and long ranges, 2,050 for
 * saving and restoring, 80 for plans that a GPU's runtime shares, 270 for ranges of hyperparameters, 1,300 for restoring by
 * parts with ages of their own, 900 for looking at gradients and inputs before a step, 1,630 for the rest of what names, ages,
 * norms and reports of several groups need, 1,750 for powers, exp and log whose bits no engine decides, 150 for messages
 * that are short and without control characters, 150 for what is said where WebAssembly is forbidden and for thousands of groups, 10 for
 * arrays of another realm, 500 for the program of threads, for pages that cannot have its file, 170 for loops of two vectors side by side, 490 for
 * binding that is linear in the parameters and for small models that share a memory, 1,270 for states that each slot may keep in its own way and
 * for loops that only reduce two vectors side by side, 60 for hyperparameters that are set and parameters that join while a run goes on. `npm run check:size` holds it, and the benchmark measures against it.
 */
export const BUDGET = 30_800;

/** The same of what brings the rule language along: by a rule of text, by a chain, and all of the language alone. */
export const BUDGETS: readonly (readonly [module: string, bytes: number])[] = [
  [`import { sgd, optimize } from "gradus"; console.log(sgd, optimize);`, 56_840],
  [
    `import { adam, chain, clipByGlobalNorm, optimize } from "gradus"; console.log(adam, chain, clipByGlobalNorm, optimize);`,
    58_910,
  ],
  [`import * as rule from "gradus/rule"; console.log(rule);`, 29_460],
];
