/** TensorFlow.js on WebGPU. */
import { timedUntil } from "../../harness/interleave.ts";
import {
  comparingRead,
  emptyArray,
  fillFrom,
  lengthOf,
  sampleOf,
  startingArrays,
} from "../../peers/arrays.ts";
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
import type { Tensor, TensorFlow } from "../../peers/tensorflowJsApi.ts";
import { openGpu } from "../device.ts";

interface GpuTensor extends Tensor {
  data(): Promise<Float32Array>;
}

/** Its backend collects commands until a result is needed. */
interface Backend {
  readonly commandEncoder: GPUCommandEncoder | null;
  endComputePassEncoder(): void;
  submitQueue(): void;
  readonly queue: GPUQueue;
}

interface OnGpu extends TensorFlow {
  backend(): unknown;
}

/** Submits the collected commands, and waits for them. */
function submitting(tf: OnGpu): () => Promise<unknown> {
  const backend = tf.backend() as Backend;
  return () => {
    if (backend.commandEncoder !== null) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
    return backend.queue.onSubmittedWorkDone();
  };
}

function contestant(tf: OnGpu, name: string, problem: UpdateProblem): UpdateContestant {
  const { shapes, hyper } = problem;
  const { lr, beta1, beta2, eps } = hyper;
  const tensorsOf = (arrays: readonly (Float32Array | Float64Array)[]) =>
    arrays.map((array, index) => tf.tensor(array as Float32Array, shapes[index]!));
  const variables = tensorsOf(startingArrays(problem)).map((tensor) => tf.variable(tensor));
  const optimizer = tf.train.adam(lr, beta1, beta2, eps);
  let gradients: Record<string, Tensor> = {};
  const submitted = submitting(tf);
  return {
    name,
    run: timedUntil(() => optimizer.applyGradients(gradients), submitted),
    setGradients: (tile) => {
      for (const tensor of Object.values(gradients)) {
        tensor.dispose();
      }
      const arrays = shapes.map((shape) => emptyArray("float32", lengthOf(shape)));
      fillFrom(arrays, tile);
      gradients = Object.fromEntries(
        tensorsOf(arrays).map((tensor, index) => [variables[index]!.name, tensor]),
      );
    },
    ...comparingRead(() =>
      Promise.all(variables.map((variable) => (variable as unknown as GpuTensor).data())),
    ),
  };
}

function productContestant(tf: OnGpu, name: string, problem: ProductProblem): ProductContestant {
  const shape = [problem.size, problem.size];
  const [a, b] = [problem.a, problem.b].map((data) => tf.tensor(data, shape));
  let product: Tensor | undefined;
  const multiply = () => {
    product?.dispose();
    product = tf.matMul(a!, b!);
  };
  return {
    name,
    run: timedUntil(multiply, submitting(tf)),
    sample: async (count) => sampleOf([await (product as GpuTensor).data()], count),
  };
}

const mostElements = 25e6;

function updates(tf: OnGpu, problem: UpdateProblem): Ways<UpdateContestant> {
  if (problem.rule !== "adam") {
    return {};
  }
  const name = "TensorFlow.js webgpu";
  return {
    [name]: () => {
      refuseAbove(mostElements, problem);
      return contestant(tf, name, problem);
    },
  };
}

export const tensorflowJs: PeerSource = {
  ...{ name: "TensorFlow.js", library: "TensorFlow.js", threads: 1 },
  load: async () => {
    await openGpu();
    const tf = await importPackage<OnGpu>("@tensorflow/tfjs");
    await importPackage("@tensorflow/tfjs-backend-webgpu");
    tf.enableProdMode();
    if (!(await tf.setBackend("webgpu"))) {
      throw new Error("its WebGPU backend does not start in Node");
    }
    const name = "TensorFlow.js webgpu";
    return {
      version: tf.version_core,
      updates: (problem) => updates(tf, problem),
      products: (problem) => ({ [name]: () => productContestant(tf, name, problem) }),
    };
  },
};
