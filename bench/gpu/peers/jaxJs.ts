/** jax-js on WebGPU: Adam as one compiled function of all parameters. */
import { startClocks } from "../../harness/interleave.ts";
import { comparing, fillFrom, startingArrays } from "../../peers/arrays.ts";
import { installedVersion } from "../../peers/jaxJs.ts";
import {
  type Arrays,
  correctionsAt,
  initialState,
  type Jax,
  updateOf,
} from "../../peers/jaxJsAdam.ts";
import {
  importPackage,
  type PeerSource,
  refuseAbove,
  type UpdateContestant,
  type UpdateProblem,
  type Ways,
} from "../../peers/peer.ts";
import { openGpu } from "../device.ts";

function contestant(jax: Jax, name: string, problem: UpdateProblem): UpdateContestant {
  const hyper = { ...problem.hyper, weightDecay: 0 };
  const update = jax.jit(updateOf(jax, hyper));
  const arrays = startingArrays(problem) as Float32Array[];
  let state = initialState(
    jax,
    arrays.map((array) => jax.numpy.array(array)),
  );
  let gradients: Arrays = [];
  let t = 0;
  const read = async () => {
    const values = await Promise.all(state.p.map((each) => each.ref.data()));
    return comparing(() => values);
  };
  return {
    name,
    run: async (count) => {
      const clocks = startClocks();
      for (let index = 0; index < count; index++) {
        t += 1;
        state = update(state, jax.tree.ref(gradients), correctionsAt(jax, t, hyper));
      }
      await jax.blockUntilReady(state);
      return clocks();
    },
    setGradients: (tile) => {
      const next = arrays.map(({ length }) => new Float32Array(length));
      fillFrom(next, tile);
      gradients = next.map((array) => jax.numpy.array(array));
    },
    distance: async (expected) => (await read()).distance(expected),
    sample: async (count) => (await read()).sample(count),
  };
}

const mostElements = 25e6;

function updates(jax: Jax, problem: UpdateProblem): Ways<UpdateContestant> {
  if (problem.rule !== "adam") {
    return {};
  }
  const name = "jax-js, jit";
  return {
    [name]: () => {
      refuseAbove(mostElements, problem);
      return contestant(jax, name, problem);
    },
  };
}

export const jaxJs: PeerSource = {
  ...{ name: "jax-js", library: "jax-js", threads: 1 },
  load: async () => {
    await openGpu();
    const jax = await importPackage<Jax>("@jax-js/jax");
    const devices = await jax.init("webgpu");
    if (!devices.includes("webgpu")) {
      throw new Error("its WebGPU backend does not start in Node");
    }
    jax.defaultDevice("webgpu");
    return { version: installedVersion(), updates: (problem) => updates(jax, problem) };
  },
};
