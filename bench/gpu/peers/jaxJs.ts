/** jax-js on WebGPU: Adam as one compiled function of all parameters, and products. */
import { timedUntil } from "../../harness/interleave.ts";
import { sampleOf } from "../../peers/arrays.ts";
import { installedVersion, updateContestant } from "../../peers/jaxJs.ts";
import type { Jax, JaxArray } from "../../peers/jaxJsAdam.ts";
import {
  importPackage,
  type PeerSource,
  type ProductContestant,
  type ProductProblem,
  refuseAbove,
  type UpdateContestant,
  type UpdateProblem,
  type Ways,
} from "../../peers/peer.ts";
import { openGpu } from "../device.ts";

const mostElements = 25e6;

function updates(jax: Jax, problem: UpdateProblem): Ways<UpdateContestant> {
  if (problem.rule !== "adam") {
    return {};
  }
  const name = "jax-js, jit";
  return {
    [name]: () => {
      refuseAbove(mostElements, problem);
      return updateContestant(jax, name, true, problem, timedUntil);
    },
  };
}

function productContestant(jax: Jax, name: string, problem: ProductProblem): ProductContestant {
  const { size } = problem;
  const [a, b] = [problem.a, problem.b].map((data) => jax.numpy.array(data).reshape([size, size]));
  // jax-js computes only what is awaited, so this awaits all of them.
  const products: JaxArray[] = [];
  const ready = async () => {
    await jax.blockUntilReady(products);
    for (const each of products.splice(0, products.length - 1)) {
      each.dispose();
    }
  };
  return {
    name,
    run: timedUntil(() => void products.push(jax.numpy.dot(a!.ref, b!.ref)), ready),
    sample: async (count) => sampleOf([await products[0]!.ref.data()], count),
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
    return {
      version: installedVersion(),
      updates: (problem) => updates(jax, problem),
      products: (problem) => ({ "jax-js": () => productContestant(jax, "jax-js", problem) }),
    };
  },
};
