/**
 * What `import { adam, optimize } from "gradus"` may add to a bundle, in bytes, minified and gzipped. In kB, by what it is for: binding and
 * steps 11.2, loops as WebAssembly 5.3, saving and restoring 3.3, threads 1.7, groups and hyperparameters 1.6, Adam's text and
 * programs 1.4, gradients and what is wrong with them 1.2, exact powers 0.8, arrays that live elsewhere 0.7, parameters in 16 bits and wrappers that nest 0.3, the way to many ranks 0.1, reports 0.5, and 1.2 of
 * others. `npm run check:size` holds it, and the benchmark measures against it.
 */
export const BUDGET = 29_430;

/**
 * The same for an optimizer whose programs are precompiled, for a chain, which needs the rule language, for a method of minimize,
 * for
 * the whole language alone, and for what explains a rule.
 */
export const BUDGETS: readonly (readonly [module: string, bytes: number])[] = [
  [`import { sgd, optimize } from "gradus"; console.log(sgd, optimize);`, 29_500],
  [
    `import { adam, chain, clipByGlobalNorm, optimize } from "gradus"; console.log(adam, chain, clipByGlobalNorm, optimize);`,
    46_990,
  ],
  [`import { lbfgs, minimize } from "gradus/minimize"; console.log(lbfgs, minimize);`, 8000],
  [`import * as rule from "gradus/rule"; console.log(rule);`, 14_260],
  [`import * as explain from "gradus/explain"; console.log(explain);`, 25_470],
];

/** What entries for other libraries may add to a bundle that already has what they connect. */
export const ADAPTERS: readonly (readonly [adapter: string, besides: string, bytes: number])[] = [
  [
    `import * as adapter from "gradus/jax-js";`,
    `import { accumulate, adam, optimize, parameters } from "gradus"; import * as webgpu from "gradus/webgpu"; console.log(accumulate, adam, optimize, parameters, webgpu);`,
    6000,
  ],
  // Its files name rules and schedules, so all of them are included. Taking over the state of TensorFlow.js' own optimizers adds
  // 1.9 kB.
  [
    `import { GradusOptimizer as adapter } from "gradus/tfjs";`,
    `import * as gradus from "gradus"; import * as checkpoint from "gradus/checkpoint"; console.log(gradus, checkpoint);`,
    6000,
  ],
];
