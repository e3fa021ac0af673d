import {
  bfloat16,
  compensated,
  fromFloat32,
  optimize,
  parameters,
  type Storage,
  sgd,
} from "gradus";
import { expect, it } from "vitest";
import { Movement, standstillOf } from "./movement.ts";
import { TrainingRun } from "./train.ts";

/** A run with weights of 1, half of which have a gradient of 1. */
function runWith(lr: number | ((step: number) => number), steps: number, type: Storage = bfloat16) {
  const net = parameters({ w: [100], b: [20] }, { type });
  for (const { data } of Object.values(net))
    data.set(fromFloat32(new Float32Array(data.length).fill(1), type));
  const optimizer = optimize(net, sgd({ lr }), { nonFinite: "skip" });
  const gradients = () => {
    for (const [name, { data }] of Object.entries(net)) {
      // The others have a gradient of -0.
      const numbers = Float32Array.from(data, (_, i) => (i % 2 === 0 ? 1 : -0));
      fromFloat32(numbers, type, optimizer.gradients[name as keyof typeof net]);
    }
    return 1;
  };
  const movement = new Movement(net as never, optimizer.gradients);
  const run = new TrainingRun(
    { gradients, evaluate: () => 0 },
    optimizer as never,
    steps,
    undefined,
    movement,
  );
  while (!run.ended) run.advance();
  return run.curves().moved!;
}

const kept = { type: "bfloat16", rounding: "nearest" } as const;

it("counts the weights that a step moves, among those with a gradient", () => {
  // Below 1, the distance of neighbouring numbers is 1/256. Half of it is a tie, which rounds to even; less is rounded away.
  expect(runWith(0.0019, 20)).toEqual(new Array(20).fill(0));
  expect(runWith(0.0041, 20)).toEqual(new Array(20).fill(1));
  // Only steps at which the loss is recorded are looked at.
  expect(runWith(0.0019, 1000)).toHaveLength(101);
});

it("leaves out steps with a learning rate of 0", () => {
  expect(runWith((step) => (step > 15 ? 0.01 : 0), 20)).toEqual(new Array(5).fill(1));
  expect(runWith(0, 20)).toEqual([]);
});

it("says that training stood still if hardly any weight moved at the end", () => {
  expect(standstillOf(runWith(0.0019, 20), kept)).toBe(
    "The weights hardly moved: of the weights with a gradient, a step moved 0.0 % at the end; " +
      "the others changed by less than half a unit of bfloat16, and were rounded back. " +
      "Use --rounding compensated or stochastic, a wider --type, or a larger --lr.",
  );
  expect(standstillOf(runWith(0.0041, 20), kept)).toBeUndefined();
  expect(standstillOf(runWith(0.0041, 20, compensated(bfloat16)), kept)).toBeUndefined();
  expect(standstillOf([0, 0, 0, 0, 0, 0.5, 0.5, 0.5], kept)).toBeUndefined();
  expect(standstillOf([], kept)).toBeUndefined();
});
