/** A program that trains a network of the playground. */
import { tested, trained } from "../networks/fashion.ts";
import type { NetworkGround, State } from "../state.ts";
import type { EntrySource } from "./entrySource.ts";
import { type NetworkSteps, networkOnGpu } from "./gpuProgram.ts";

interface Part {
  readonly features: number;
  readonly classes: number;
  readonly hidden: readonly number[];
  readonly batch: number;
  readonly imports: string;
  /** Lines that make `count`, `inputs` and `classes`. */
  readonly data: readonly string[];
}

const parts: Readonly<Record<NetworkGround["network"], (seed: number) => Part>> = {
  spirals: (seed) => ({
    ...{ features: 2, classes: 2, hidden: [32, 32], batch: 300 },
    imports: "batches, createRandom",
    data: [
      "// Points of two spirals, one behind the other.",
      "const count = 300;",
      `const random = createRandom(${seed}, 7);`,
      "const inputs = new Float32Array(2 * count);",
      "const classes = Uint8Array.from({ length: count }, (_, i) => i % 2);",
      "for (let i = 0; i < count; i++) {",
      "  const radius = i / count;",
      "  const angle = Math.PI * (3 * radius + classes[i]!);",
      "  const shift = () => 0.015 * random.normal();",
      "  inputs.set([radius * Math.cos(angle) + shift(), radius * Math.sin(angle) + shift()], 2 * i);",
      "}",
    ],
  }),
  fashion: () => ({
    ...{ features: 784, classes: 10, hidden: [32], batch: 100 },
    imports: "batches",
    data: [
      "// Images of Fashion-MNIST: data/fashion.bin of the site, saved beside this program.",
      `const count = ${trained};`,
      'const bytes = new Uint8Array(readFileSync("fashion.bin"));',
      "const inputs = Float32Array.from(bytes.subarray(0, 784 * count), (grey) => grey / 255);",
      `const classes = bytes.subarray(784 * ${trained + tested});`,
    ],
  }),
};

const onProcessor = (
  _: readonly string[],
  { seed }: State,
  { rule }: EntrySource,
): NetworkSteps => ({
  imports: (maker) => [`import { ${maker}, optimize, parameters } from "gradus";`],
  bound: [
    `const optimizer = optimize(net, ${rule}, { nonFinite: "allow", seed: ${seed} });`,
    "const tape = createTape(optimizer);",
  ],
  step: ["  optimizer.step(undefined, { loss: value });"],
});

/** Members that say how the weights of each layer begin. */
const shapesOf = (sizes: readonly number[]): readonly string[] =>
  sizes
    .slice(1)
    .flatMap((size, i) => [
      `  weight${i}: glorot([${sizes[i]}, ${size}]),`,
      `  bias${i}: [${size}],`,
    ]);

/** The network of `x`. */
const scoresOf = ({ hidden }: Part): string =>
  Array.from({ length: hidden.length + 1 }).reduce<string>((inner, _, i) => {
    const layer = `linear(${inner}, tape.parameters.weight${i}, tape.parameters.bias${i})`;
    return i < hidden.length ? `tanh(${layer})` : layer;
  }, "x");

/** The lines of the program, in TypeScript. */
export function networkProgram(
  { network }: NetworkGround,
  state: State,
  source: EntrySource,
): readonly (string | false)[] {
  const { seed, steps } = state;
  const { maker, definition } = source;
  const part = parts[network](seed);
  const { features, classes, hidden, batch, data } = part;
  const sizes = [features, ...hidden, classes];
  const names = sizes.slice(1).flatMap((_, i) => [`weight${i}`, `bias${i}`]);
  const { imports, bound, step } = (state.device === "gpu" ? networkOnGpu : onProcessor)(
    names,
    state,
    source,
  );
  return [
    network === "fashion" && 'import { readFileSync } from "node:fs";',
    ...imports(maker),
    'import { createTape, linear, softmaxCrossEntropy, tanh } from "gradus/autodiff";',
    'import { glorot } from "gradus/init";',
    `import { ${part.imports} } from "gradus/tasks";`,
    "",
    definition !== undefined && `${definition}\n`,
    ...data,
    "",
    ...["const net = parameters({", ...shapesOf(sizes), `}, { seed: ${seed} });`],
    ...bound,
    `const x = tape.input([${batch}, ${features}]);`,
    `const labels = new Uint8Array(${batch});`,
    `const scores = ${scoresOf(part)};`,
    "const loss = softmaxCrossEntropy(scores, labels);",
    "",
    `const order = batches({ count, size: ${batch}, seed: ${seed} });`,
    "function look(): number {",
    "  for (const [row, example] of order.next().entries()) {",
    `    x.data.set(inputs.subarray(${features} * example, ${features} * (example + 1)), ${features} * row);`,
    "    labels[row] = classes[example]!;",
    "  }",
    "  return tape.valueAndGradients(loss);",
    "}",
    "",
    "let value = look();",
    `for (let step = 1; step <= ${steps}; step++) {`,
    ...step,
    "  value = look();",
    "}",
    "console.log({ loss: value });",
    "optimizer.dispose();",
    "",
  ];
}
