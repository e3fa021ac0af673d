import * as library from "gradus";
import { createTape, linear, meanSquaredError, relu, type Tape } from "gradus/autodiff";
import { createTraining, type Training } from "gradus/tasks";
import { describe, expect, it } from "vitest";
import { type Kept, keptIn, roundings } from "./kept.ts";

const { bfloat16, float16, stochastic, compensated, master } = library;

const shapes = { w1: [4, 6], b1: [6], w2: [6, 3] } as const;
const steps = 5;

const wave = (i: number, by: number): number => Math.sin(1.7 * i + by);

/** Records the loss of a small network, with an input that depends on the step. */
function recordOn(tape: Tape<typeof shapes>) {
  const { w1, b1, w2 } = tape.parameters;
  const [x, target] = [tape.input([5, 4]), tape.input([5, 3])];
  const loss = meanSquaredError(linear(relu(linear(x, w1, b1)), w2), target);
  return (step: number): number => {
    x.data.forEach((_, i) => void (x.data[i] = wave(i, step)));
    target.data.forEach((_, i) => void (target.data[i] = wave(i, step / 2)));
    return tape.backward(loss);
  };
}

function numbersOf(): Record<string, Float32Array> {
  const counts = { w1: 24, b1: 6, w2: 18 };
  return Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [
      name,
      Float32Array.from({ length: count }, (_, i) => wave(i, name.length) / 2),
    ]),
  );
}

/** A task in float32, as tasks make them. */
function taskOf(): Training {
  const net = library.parameters(shapes);
  for (const [name, numbers] of Object.entries(numbersOf())) {
    net[name as keyof typeof net].data.set(numbers);
  }
  return createTraining(net, (optimizer) => ({
    gradients: recordOn(createTape(optimizer) as never),
    evaluate: () => net.w1.data[0]!,
  }));
}

/** Trains, and returns the losses and the final parameters. */
function trained(training: Training) {
  using optimizer = library.optimize(training.parameters, library.adam({ lr: 0.05 }), {
    ...{ seed: 3, threads: 1 },
  });
  training.attach(optimizer);
  const losses = Array.from({ length: steps }, (_, step) => {
    const loss = training.gradients(step + 1);
    optimizer.step();
    return loss;
  });
  const values = Object.entries(optimizer.parameters).map(([name, { data }]) => [name, [...data]]);
  return { losses, values: Object.fromEntries(values), metric: training.evaluate() };
}

/** The result of a tape on parameters that are themselves in 16 bits. */
function trainedByTape(storage: library.Storage) {
  const net = library.parameters(shapes, { type: storage });
  for (const [name, numbers] of Object.entries(numbersOf())) {
    net[name as keyof typeof net].data.set(library.fromFloat32(numbers, storage));
  }
  let gradients: ReturnType<typeof recordOn>;
  return trained({
    parameters: net as never,
    attach: (optimizer) => void (gradients = recordOn(createTape(optimizer as never) as never)),
    gradients: (step) => gradients(step),
    evaluate: () => library.toFloat32(net.w1.data, storage)[0]!,
  });
}

const kept = (type: Kept["type"], rounding: Kept["rounding"] = "nearest") =>
  keptIn(taskOf(), { type, rounding }, library);

describe("a task on parameters of another type", () => {
  it("computes the same in float32 as without a type", () => {
    expect(trained(kept("float32"))).toEqual(trained(taskOf()));
  });

  it("trains float64 beyond the precision of float32", () => {
    const { values } = trained(kept("float64"));
    expect(values.w1.some((value: number) => value !== Math.fround(value))).toBe(true);
    expect(trained(taskOf()).values.w1[0]).toBeCloseTo(values.w1[0], 5);
  });

  const cases = (["bfloat16", "float16"] as const).flatMap((type) =>
    roundings.map((rounding) => [type, rounding] as const),
  );

  it.each(cases)("computes the same as a tape on such parameters: %s, %s", (type, rounding) => {
    const rounded = {
      nearest: (storage: library.Storage) => storage,
      stochastic,
      compensated,
      master,
    };
    const storage = rounded[rounding]({ bfloat16, float16 }[type]);
    const found = trained(kept(type, rounding));
    expect(found).toEqual(trainedByTape(storage));
    expect(found.losses.at(-1)).toBeLessThan(found.losses[0]!);
  });

  it("refuses a task that keeps its parameters in 16 bits", () => {
    const net = library.parameters(shapes, { type: library.bfloat16 });
    const training = { ...taskOf(), parameters: net as never };
    expect(() => keptIn(training, { type: "float32", rounding: "nearest" }, library)).toThrow(
      "--type: the task keeps its parameters in a type of its own choice",
    );
  });
});
