/**
 * Programs whose steps are made on a GPU, as those of a race there: losses and gradients are computed on the processor, so with
 * each step gradients go to the GPU and weights come back.
 */
import type { State, SurfaceGround } from "../state.ts";
import type { EntrySource } from "./entrySource.ts";

/** What of a program on a surface depends on where its steps are made. */
export interface SurfaceSteps {
  readonly imports: (maker: string) => readonly string[];
  /** Lines that make an `optimizer` and its steps, and then `x` and `y`. */
  readonly steps: readonly string[];
}

const open: readonly string[] = [
  '// In Node: requestDevice({ gpu: create([]) }), with `create` of the package "webgpu".',
  "const device = await requestDevice();",
];

export const surfaceOnGpu = (
  { start }: SurfaceGround,
  { seed, steps }: State,
  { rule }: EntrySource,
): SurfaceSteps => ({
  imports: (maker) => [
    `import { ${maker} } from "gradus";`,
    `import { optimize, parameters, requestDevice } from "gradus/webgpu";`,
  ],
  steps: [
    ...open,
    "const net = parameters(device, { p: [2] });",
    `let place: Float32Array = Float32Array.of(${start.join(", ")});`,
    "device.queue.writeBuffer(net.p.buffer, net.p.offset, place);",
    `const optimizer = await optimize(device, net, ${rule}, { nonFinite: "allow", seed: ${seed} });`,
    "const { buffer, offset } = optimizer.gradients.p;",
    `for (let step = 1; step <= ${steps}; step++) {`,
    "  const [x, y] = [place[0]!, place[1]!];",
    "  device.queue.writeBuffer(buffer, offset, Float32Array.from(gradient(x, y)));",
    "  optimizer.step(undefined, { loss: value(x, y) });",
    "  // The next value and gradient are computed here, of the weights as they are then.",
    "  place = (await optimizer.read()).parameters.p.data;",
    "}",
    "const [x, y] = (await optimizer.readEvaluationWeights()).p;",
  ],
});

/** What of a program that trains a network depends on where its steps are made. */
export interface NetworkSteps {
  readonly imports: (maker: string) => readonly string[];
  /** Lines that make a `tape` and an `optimizer` of `net`. */
  readonly bound: readonly string[];
  /** Lines that make one step. */
  readonly step: readonly string[];
}

/** @param names of the parameters */
export const networkOnGpu = (
  names: readonly string[],
  { seed }: State,
  { rule }: EntrySource,
): NetworkSteps => ({
  imports: (maker) => [
    `import { ${[...new Set([maker, "optimize", "parameters", "sgd"])].join(", ")} } from "gradus";`,
    'import * as webgpu from "gradus/webgpu";',
  ],
  bound: [
    "// Losses and gradients are computed on the processor; what has the gradients there makes no step.",
    "const here = optimize(net, sgd());",
    "const tape = createTape(here);",
    "",
    open[0]!,
    open[1]!.replace("requestDevice", "webgpu.requestDevice"),
    "const names = Object.keys(net) as (keyof typeof net)[];",
    "const weights = webgpu.parameters(device, {",
    ...names.map((name) => `  ${name}: net.${name}.shape,`),
    "});",
    "for (const name of names) {",
    "  const { buffer, offset } = weights[name];",
    "  device.queue.writeBuffer(buffer, offset, Float32Array.from(net[name].data));",
    "}",
    `const options = { nonFinite: "allow", seed: ${seed} } as const;`,
    `const optimizer = await webgpu.optimize(device, weights, ${rule}, options);`,
    "",
  ],
  step: [
    "  for (const name of names) {",
    "    const { buffer, offset } = optimizer.gradients[name];",
    "    device.queue.writeBuffer(buffer, offset, Float32Array.from(here.gradients[name]));",
    "  }",
    "  optimizer.step(undefined, { loss: value });",
    "  const { parameters: made } = await optimizer.read();",
    "  for (const name of names) net[name].data.set(made[name].data);",
  ],
});
