/** TensorFlow.js on WebAssembly (one thread, SIMD; it has no threads in Node) and on plain JavaScript. */
import { adam } from "../../src/index.ts";
import { GradusOptimizer } from "../../src/tfjs/index.ts";
import { timed } from "../harness/interleave.ts";
import { comparing, emptyArray, fillFrom, lengthOf, startingArrays } from "./arrays.ts";
import {
  importPackage,
  type PeerSource,
  type RuleName,
  refuseAbove,
  type UpdateContestant,
  type UpdateProblem,
  type Ways,
} from "./peer.ts";
import type { Optimizer, Tensor, TensorFlow } from "./tensorflowJsApi.ts";
import { convolutions } from "./tensorflowJsConvolutions.ts";
import { trainings } from "./tensorflowJsTrainings.ts";

/** Its optimizers; AdamW is not among them. */
function optimizerOf(tf: TensorFlow, { rule, hyper }: UpdateProblem): Optimizer | undefined {
  const { lr, beta1, beta2, eps, momentum } = hyper;
  const made: Partial<Record<RuleName, () => Optimizer>> = {
    adam: () => tf.train.adam(lr, beta1, beta2, eps),
    sgd: () => tf.train.sgd(lr),
    momentum: () => tf.train.momentum(lr, momentum),
  };
  return made[rule]?.();
}

function updateContestant(
  tf: TensorFlow,
  backend: string,
  name: string,
  problem: UpdateProblem,
  optimizer: Optimizer,
): UpdateContestant {
  const { shapes, type } = problem;
  const tensorsOf = (arrays: readonly (Float32Array | Float64Array)[]) =>
    arrays.map((array, index) => tf.tensor(array as Float32Array, shapes[index]!));
  const variables = tensorsOf(startingArrays(problem)).map((tensor) => tf.variable(tensor));
  let gradients: Record<string, Tensor> = {};
  const steps = timed(() => optimizer.applyGradients(gradients));
  return {
    name,
    run: async (count) => {
      await tf.setBackend(backend);
      return steps(count);
    },
    setGradients: async (tile) => {
      await tf.setBackend(backend);
      for (const tensor of Object.values(gradients)) {
        tensor.dispose();
      }
      const arrays = shapes.map((shape) => emptyArray(type, lengthOf(shape)));
      fillFrom(arrays, tile);
      gradients = Object.fromEntries(
        tensorsOf(arrays).map((tensor, index) => [variables[index]!.name, tensor]),
      );
    },
    ...comparing(() => variables.map((variable) => variable.dataSync())),
  };
}

/** The name of Gradus as its optimizer, before the name of the backend. */
export const gradusInTensorflowJs = "Gradus in TensorFlow.js";

/** More elements do not fit into its memory, together with what its steps leave behind. */
const mostElements = 25e6;

function contestants(
  tf: TensorFlow,
  problem: UpdateProblem,
  makers: Readonly<Record<string, () => Optimizer>>,
): Ways<UpdateContestant> {
  const ways = Object.entries(makers).flatMap(([who, makeOptimizer]) =>
    ["wasm", "cpu"].map((backend) => {
      const name = `${who} ${backend}`;
      const make = async () => {
        await tf.setBackend(backend);
        return updateContestant(tf, backend, name, problem, makeOptimizer());
      };
      return [name, make] as const;
    }),
  );
  return Object.fromEntries(ways);
}

function updates(tf: TensorFlow, problem: UpdateProblem): Ways<UpdateContestant> {
  refuseAbove(mostElements, problem);
  // TensorFlow.js has no float64.
  if (problem.type === "float64" || optimizerOf(tf, problem) === undefined) {
    return {};
  }
  return contestants(tf, problem, { "TensorFlow.js": () => optimizerOf(tf, problem)! });
}

const adapters = (tf: TensorFlow, problem: UpdateProblem): Ways<UpdateContestant> => {
  const { lr, beta1, beta2, eps } = problem.hyper;
  return contestants(tf, problem, {
    "TensorFlow.js": () => optimizerOf(tf, problem)!,
    [gradusInTensorflowJs]: () =>
      new GradusOptimizer(adam({ lr, beta1, beta2, eps }), { threads: 1 }) as unknown as Optimizer,
  });
};

export const tensorflowJs: PeerSource = {
  ...{ name: "TensorFlow.js", library: "TensorFlow.js", threads: 1 },
  load: async () => {
    const tf = await importPackage<TensorFlow>("@tensorflow/tfjs");
    await importPackage("@tensorflow/tfjs-backend-wasm");
    // Turns off the checks and warnings for development.
    tf.enableProdMode();
    if (!(await tf.setBackend("wasm"))) {
      throw new Error("its WebAssembly backend did not start");
    }
    return {
      version: tf.version_core,
      updates: (problem) => updates(tf, problem),
      adapters: (problem) => adapters(tf, problem),
      trainings: (problem) => trainings(tf, problem),
      convolutions: (problem) => convolutions(tf, problem),
    };
  },
};
