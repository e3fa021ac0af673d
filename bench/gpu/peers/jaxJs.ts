/** jax-js on WebGPU: Adam as one compiled function of all parameters. */
import { timedUntil } from "../../harness/interleave.ts";
import { installedVersion, updateContestant } from "../../peers/jaxJs.ts";
import type { Jax } from "../../peers/jaxJsAdam.ts";
import {
  importPackage,
  type PeerSource,
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
