/** jax-js on WebAssembly. Its threads need a global `Worker`, which Node lacks, so here it runs on one thread. */
import { readFileSync } from "node:fs";
import { timedAsync, type timedUntil } from "../harness/interleave.ts";
import { comparingRead, fillFrom, startingArrays } from "./arrays.ts";
import { type Arrays, correctionsAt, initialState, type Jax, updateOf } from "./jaxJsAdam.ts";
import { convolutions, trainings } from "./jaxJsTrainings.ts";
import {
  type FloatArray,
  importPackage,
  type PeerSource,
  refuseAbove,
  type UpdateContestant,
  type UpdateProblem,
  type Ways,
} from "./peer.ts";

/** @param time makes a timed run from a step and a function that waits for it */
export function updateContestant(
  jax: Jax,
  name: string,
  compiled: boolean,
  problem: UpdateProblem,
  time: typeof timedUntil,
): UpdateContestant {
  const weightDecay = problem.rule === "adamw" ? problem.hyper.weightDecay : 0;
  const hyper = { ...problem.hyper, weightDecay };
  const update = compiled ? jax.jit(updateOf(jax, hyper)) : updateOf(jax, hyper);
  const arrays = startingArrays(problem) as Float32Array[];
  let state = initialState(
    jax,
    arrays.map((array) => jax.numpy.array(array)),
  );
  let gradients: Arrays = [];
  let t = 0;
  return {
    name,
    run: time(
      () => {
        t += 1;
        state = update(state, jax.tree.ref(gradients), correctionsAt(jax, t, hyper));
      },
      () => jax.blockUntilReady(state),
    ),
    setGradients: (tile: FloatArray) => {
      const next = arrays.map(({ length }) => new Float32Array(length));
      fillFrom(next, tile);
      gradients = next.map((array) => jax.numpy.array(array));
    },
    ...comparingRead(() => Promise.all(state.p.map((each) => each.ref.data()))),
  };
}

export function installedVersion(): string {
  // The package does not export its package.json.
  const main = import.meta.resolve("@jax-js/jax");
  const text = readFileSync(new URL("../package.json", main), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** More elements do not fit into its memory, together with what its steps leave behind. */
const mostElements = 25e6;

/** With 200 tensors, a step takes it a second. */
const mostTensors = 200;

/** On a CPU a step is finished before the next one is queued. */
const eachAwaited: typeof timedUntil = (step, done) =>
  timedAsync(async () => {
    step();
    await done();
  });

function updates(jax: Jax, problem: UpdateProblem): Ways<UpdateContestant> {
  refuseAbove(mostElements, problem);
  if (problem.shapes.length > mostTensors) {
    throw new Error(`takes part up to ${mostTensors} tensors`);
  }
  const { rule, type } = problem;
  // Its WebAssembly backend has no float64.
  if ((rule !== "adam" && rule !== "adamw") || type === "float64") {
    return {};
  }
  return {
    "jax-js, jit": () => updateContestant(jax, "jax-js, jit", true, problem, eachAwaited),
    "jax-js, eager": () => updateContestant(jax, "jax-js, eager", false, problem, eachAwaited),
  };
}

export const jaxJs: PeerSource = {
  ...{ name: "jax-js", library: "jax-js", threads: 1 },
  load: async () => {
    const jax = await importPackage<Jax>("@jax-js/jax");
    await jax.init("wasm");
    jax.defaultDevice("wasm");
    return {
      version: installedVersion(),
      updates: (problem) => updates(jax, problem),
      jaxJsUpdates: (problem) => updates(jax, problem),
      trainings: (problem) => trainings(jax, problem),
      convolutions: (problem) => convolutions(jax, problem),
    };
  },
};
