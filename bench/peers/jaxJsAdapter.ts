/** gradus/jax-js: a step from gradients to new parameters, which are arrays of jax-js on WebAssembly. */
import { adam } from "../../src/index.ts";
import type { GradusState, GradusTransformation } from "../../src/jax-js/index.ts";
import { timedAsync } from "../harness/interleave.ts";
import { comparingRead, fillFrom, startingArrays } from "./arrays.ts";
import { installedVersion } from "./jaxJs.ts";
import type { Arrays, Jax } from "./jaxJsAdam.ts";
import {
  type FloatArray,
  importPackage,
  type PeerSource,
  type UpdateContestant,
  type UpdateProblem,
} from "./peer.ts";

type Call = "step" | "update";

/** The next parameters and state. */
function next(
  jax: Jax,
  optimizer: GradusTransformation,
  call: Call,
  [params, state]: readonly [Arrays, GradusState],
  gradients: Arrays,
): [Arrays, GradusState] {
  if (call === "step") {
    return optimizer.step(gradients, state, params);
  }
  const [updates, following] = optimizer.update(gradients, state, jax.tree.ref(params));
  return [params.map((each, i) => each.add(updates[i]!)), following];
}

function contestant(
  jax: Jax,
  optimizer: GradusTransformation,
  name: string,
  call: Call,
  problem: UpdateProblem,
): UpdateContestant {
  const arrays = startingArrays(problem) as Float32Array[];
  const made = (data: readonly Float32Array[]) => data.map((each) => jax.numpy.array(each));
  let params: Arrays = made(arrays);
  let state: GradusState = optimizer.init(jax.tree.ref(params));
  let gradients: Arrays = [];
  return {
    name,
    run: timedAsync(async () => {
      const given = jax.tree.ref(gradients);
      [params, state] = next(jax, optimizer, call, [params, state], given);
      await jax.blockUntilReady(params);
    }),
    setGradients: (tile: FloatArray) => {
      const filled = arrays.map(({ length }) => new Float32Array(length));
      fillFrom(filled, tile);
      gradients = made(filled);
    },
    ...comparingRead(() => Promise.all(params.map((each) => each.ref.data()))),
  };
}

/** jax-js has one thread in Node, so Gradus also has one here. */
export const jaxJsAdapter: PeerSource = {
  ...{ name: "Gradus for jax-js", library: "Gradus", threads: 1 },
  load: async () => {
    const jax = await importPackage<Jax>("@jax-js/jax");
    await jax.init("wasm");
    jax.defaultDevice("wasm");
    // Imported here, so that no other library's process loads it.
    const { gradus } = await import("../../src/jax-js/index.ts");
    return {
      version: installedVersion(),
      jaxJsUpdates: (problem) => {
        const { lr, beta1, beta2, eps } = problem.hyper;
        const optimizer = gradus(adam({ lr, beta1, beta2, eps }));
        const enter = (name: string, call: Call) => () =>
          contestant(jax, optimizer, name, call, problem);
        return {
          "Gradus, step": enter("Gradus, step", "step"),
          "Gradus, update": enter("Gradus, update", "update"),
        };
      },
    };
  },
};
