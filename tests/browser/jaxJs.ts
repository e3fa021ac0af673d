/** The page for tests of gradus/jax-js on WebGPU. */
import { type Device, defaultDevice, getWebGPUDevice, init, numpy, tree } from "@jax-js/jax";
import { train } from "../../examples/jax-js/mlp.ts";
import { adamw, chain, clipByGlobalNorm, ema, setHyper } from "../../src/index.ts";
import { gradus } from "../../src/jax-js/index.ts";
import type { GpuOptimizer } from "../../src/webgpu/index.ts";

const rule = () => chain(clipByGlobalNorm(1), adamw({ lr: 0.1 }), ema({ decay: 0.5 }));

type Net = { w: ReturnType<typeof numpy.array>; layers: [{ b: ReturnType<typeof numpy.array> }] };

/** Two parameters: jax-js stores one as an expression, the other in a buffer. */
const netOf = (device: Device, numberAt: (index: number) => number): Net => ({
  w: numpy.array(
    Float32Array.from({ length: 300 }, (_, i) => numberAt(i)),
    {
      ...{ shape: [100, 3], device },
    },
  ),
  layers: [{ b: numpy.array([numberAt(1)], { device }) }],
});

/** Lazy arrays, which have the same bits on all devices. */
const gradientsAt = (device: Device, t: number): Net =>
  tree.map(
    (leaf: Net["w"]) => leaf.mul(t),
    netOf(device, (i) => Math.sin((i + 1) * t)) as never,
  ) as never;

async function numbersOf(net: Net): Promise<number[]> {
  const arrays = tree.leaves<Net["w"]>(net as never).map((leaf) => leaf.data());
  return (await Promise.all(arrays)).flatMap((each) => [...each]);
}

const told = (call: () => unknown): string => {
  try {
    call();
    return "nothing";
  } catch (error) {
    return (error as Error).message;
  }
};

/** Parameters and averages after ten steps, with step or update, and with a rate that is changed on the way. */
async function trajectory(device: Device, call: "step" | "update"): Promise<number[]> {
  const optimizer = gradus(rule());
  let params = netOf(device, Math.cos);
  let state = await optimizer.initAsync(tree.ref(params as never) as Net);
  for (let t = 1; t <= 10; t++) {
    if (call === "step") {
      [params, state] = optimizer.step(gradientsAt(device, t), state, params);
    } else {
      const [updates, next] = optimizer.update(
        gradientsAt(device, t),
        state,
        tree.ref(params as never) as Net,
      );
      params = tree.map(
        (p: Net["w"], u: Net["w"]) => p.add(u),
        params as never,
        updates as never,
      ) as never;
      state = next;
    }
    if (t === 5) {
      setHyper(state.optimizer, { lr: 0.05 });
    }
  }
  const averages = state.evaluationParameters() as Net;
  const found = [...(await numbersOf(params)), ...(await numbersOf(averages))];
  state.dispose();
  return found;
}

/** The number of live buffers of jax-js after some steps, and after many more. */
async function growth(): Promise<number[]> {
  const backend = await backendOfWebGPU();
  const optimizer = gradus(rule());
  let params = netOf("webgpu", Math.cos);
  let state = await optimizer.initAsync(tree.ref(params as never) as Net);
  const found: number[] = [];
  for (let t = 1; t <= 300; t++) {
    [params, state] = optimizer.step(gradientsAt("webgpu", (t % 9) + 1), state, params);
    if (t === 3 || t === 300) {
      await numbersOf(tree.ref(params as never) as Net);
      found.push(backend.buffers.size);
    }
  }
  state.dispose();
  tree.dispose(params as never);
  return found;
}

async function backendOfWebGPU(): Promise<{ readonly buffers: Map<number, unknown> }> {
  const a = numpy.array([1, 2], { device: "webgpu" });
  const prototype = Object.getPrototypeOf(a) as { _putSync: (backend: unknown) => typeof a };
  const own = prototype._putSync;
  let found: unknown;
  prototype._putSync = function (backend) {
    found = backend;
    return own.call(this, backend);
  };
  a.add(numpy.array([3, 4], { device: "webgpu" })).dispose();
  prototype._putSync = own;
  return found as never;
}

/** A run that is saved and resumed with another state, and an uninterrupted one. */
async function resumed(): Promise<number[][]> {
  const optimizer = gradus(rule());
  let params = netOf("webgpu", Math.cos);
  let state = await optimizer.initAsync(tree.ref(params as never) as Net);
  [params, state] = optimizer.step(gradientsAt("webgpu", 1), state, params);
  const saved = await (state.optimizer as GpuOptimizer).read();
  const other = await optimizer.initAsync(netOf("webgpu", Math.sin));
  (other.optimizer as GpuOptimizer).write(saved);
  const [[one], [two]] = [
    optimizer.step(gradientsAt("webgpu", 2), state, params),
    optimizer.step(gradientsAt("webgpu", 2), other, other.parameters()),
  ];
  return [await numbersOf(one), await numbersOf(two)];
}

/** The errors for what WebGPU lacks, and a loss that is read after the step that changed its parameters. */
async function limits(): Promise<{ messages: string[]; loss: number }> {
  const optimizer = gradus(rule());
  const params = () => netOf("webgpu", Math.cos);
  const messages = [told(() => optimizer.init(params()))];
  const state = await optimizer.initAsync(params());
  messages.push(told(() => optimizer.step(gradientsAt("webgpu", 1), state.ref, params())));
  const ones = params();
  const loss = ones.w.ref.mul(0).add(1).sum();
  optimizer.step(
    gradientsAt("webgpu", 1),
    await optimizer.initAsync(tree.ref(ones as never) as Net),
    ones,
  );
  return { messages, loss: (await loss.data())[0]! };
}

export async function run() {
  const devices = await init("wasm", "webgpu");
  if (!devices.includes("webgpu")) {
    throw new Error("jax-js found no WebGPU");
  }
  const refused: string[] = [];
  getWebGPUDevice().addEventListener("uncapturederror", ({ error }) => refused.push(error.message));
  const found = {
    default: defaultDevice(),
    wasm: await trajectory("wasm", "step"),
    step: await trajectory("webgpu", "step"),
    update: await trajectory("webgpu", "update"),
    growth: await growth(),
    resumed: await resumed(),
    limits: await limits(),
    example: await train("webgpu", 150),
  };
  return { ...found, refused };
}
