/**
 * Writes optax.json: the trajectories of jax-js' own optax, compiled, on WebAssembly. It is not on npm: bundle `packages/optax`
 * of
 * github.com/ekzhang/jax-js into one file beside a node_modules with @jax-js/jax, and pass that file here.
 *
 *   npx tsx tests/jax-js/generate.ts OPTAX.js
 */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { init, jit, tree } from "@jax-js/jax";
import { gradientsAt, kept, type Net, numbersOf, rate, startOf } from "./problem.ts";

interface Transformation {
  init(params: Net): unknown;
  update(updates: Net, state: unknown, params?: Net): [Net, unknown];
}

type Make = (rate: number, options?: object) => Transformation;

interface Optax {
  readonly adam: Make;
  readonly adamw: Make;
  readonly sgd: Make;
  clipByGlobalNorm(norm: number): Transformation;
  chain(...all: readonly Transformation[]): Transformation;
  applyUpdates(params: Net, updates: Net): Net;
}

await init("wasm");
const optax: Optax = await import(pathToFileURL(process.argv[2]!).href);

const all: Readonly<Record<string, Transformation>> = {
  adam: optax.adam(rate),
  adamw: optax.adamw(rate, { weightDecay: 0.1 }),
  sgd: optax.sgd(rate),
  momentum: optax.sgd(rate, { momentum: 0.9 }),
  nesterov: optax.sgd(rate, { momentum: 0.9, nesterov: true }),
  clipped: optax.chain(optax.clipByGlobalNorm(1), optax.adam(rate)),
};

function trajectoryOf(optimizer: Transformation): number[][] {
  let params = startOf();
  let state = optimizer.init(tree.ref(params));
  const step = jit(((gradients: Net, state: unknown, params: Net) => {
    const [updates, next] = optimizer.update(gradients, state, tree.ref(params));
    return [optax.applyUpdates(params, updates), next];
  }) as never) as unknown as (gradients: Net, state: unknown, params: Net) => [Net, unknown];
  const found: number[][] = [];
  for (let t = 1; t <= kept.at(-1)!; t++) {
    [params, state] = step(gradientsAt(t), state, params);
    if (kept.includes(t)) {
      found.push(numbersOf(params));
    }
  }
  return found;
}

const trajectories = Object.fromEntries(
  Object.entries(all).map(([name, optimizer]) => [name, trajectoryOf(optimizer)]),
);
writeFileSync(new URL("optax.json", import.meta.url), `${JSON.stringify(trajectories)}\n`);
