import { expect, it } from "vitest";
import { trainable, uniform } from "../../../tests/support/gradients.ts";
import { add, createTape, dropout, meanSquaredError, type Tensor } from "../index.ts";
import { drawsOf } from "./dropout.ts";

const size = 40_000;

/** A tape whose one parameter is dropped out; `mask` is what each element was multiplied by. */
function make(probability: number, seed = 0) {
  const ones = Array(size).fill(1);
  const { optimizer } = trainable({ x: [size] }, { x: ones });
  const tape = createTape(optimizer, { seed });
  const output = dropout(tape.parameters.x, probability);
  const loss = meanSquaredError(output, tape.input([size]));
  const mask = (): number[] => {
    tape.backward(loss);
    return [...output.data];
  };
  return { tape, output, loss, mask, optimizer };
}

it("drops about as many as it is told, and keeps the mean", () => {
  for (const probability of [0, 0.1, 0.5, 0.9]) {
    const mask = make(probability).mask();
    const dropped = mask.filter((value) => value === 0).length;
    // Five standard deviations of a binomial count.
    const deviation = Math.sqrt(size * probability * (1 - probability));
    expect(Math.abs(dropped - size * probability)).toBeLessThanOrEqual(5 * deviation);
    expect(new Set(mask).size).toBe(probability === 0 ? 1 : 2);
    const mean = mask.reduce((a, b) => a + b, 0) / size;
    expect(Math.abs(mean - 1)).toBeLessThanOrEqual(
      (5 * deviation) / size / (1 - probability) + 1e-7,
    );
  }
});

it("depends on seed, step and element, and on nothing else", () => {
  const [a, b] = [make(0.5, 7), make(0.5, 7)];
  const first = a.mask();
  const second = a.mask();
  expect(b.mask()).toEqual(first);
  expect(b.mask()).toEqual(second);
  a.tape.step = 0;
  expect(a.mask()).toEqual(first);
  const agreement = (x: number[], y: number[]) =>
    x.filter((value, i) => value === y[i]).length / size;
  // Independent masks agree in half of their elements; five standard deviations are 0.0125.
  for (const other of [second, make(0.5, 8).mask(), [...first.slice(1), 0]]) {
    expect(Math.abs(agreement(first, other) - 0.5)).toBeLessThan(0.0125);
  }
});

it("draws a mask of its own for each dropout on a tape", () => {
  const { tape } = trainable({ x: [size] }, { x: Array(size).fill(1) });
  const [a, b] = [dropout(tape.parameters.x, 0.5), dropout(tape.parameters.x, 0.5)];
  tape.backward(meanSquaredError(add(a, b), tape.input([size])));
  const both = a.data.filter((value, i) => value > 0 && b.data[i]! > 0).length;
  expect(Math.abs(both / size - 0.25)).toBeLessThan(0.0125);
});

it("sends gradients through what it kept, scaled alike", () => {
  const { tape, output, loss, optimizer } = make(0.25);
  const x: Tensor = tape.parameters.x;
  x.data.set(uniform(size, 1));
  tape.backward(loss);
  const gradient = optimizer.gradients.x;
  const kept = Math.fround(1 / 0.75);
  const isExact = gradient.every((value, i) => {
    const mask = output.data[i] === 0 ? 0 : kept;
    const scale = Math.fround(2 / size);
    return Math.abs(value - scale * output.data[i]! * mask) <= 2 ** -22 * Math.abs(value);
  });
  expect(isExact).toBe(true);
  expect(output.data.every((y, i) => y === 0 || y === Math.fround(x.data[i]! * kept))).toBe(true);
});

it("does nothing in forward", () => {
  const { tape, output } = make(0.5);
  tape.parameters.x.data.set(uniform(size, 1));
  expect(tape.forward(output)).toEqual(tape.parameters.x.data);
});

it("wants a probability below 1, as a number", () => {
  const { tape } = trainable({ x: [3] });
  for (const [probability, found] of [
    ...([1, -0.1, NaN].map((each) => [each, `${each}`]) as [number, string][]),
    ["0.5" as unknown as number, '"0.5"'] as const,
  ]) {
    expect(() => dropout(tape.parameters.x, probability)).toThrow(
      `dropout: expected a probability p with 0 <= p < 1, found ${found}`,
    );
  }
});

it("refuses a probability that its draws of 32 bits do not tell from 1", () => {
  const { tape } = trainable({ x: [3] });
  for (const probability of [1 - 2 ** -33, 1 - 1e-10, 1 - 2 ** -34, 1 - 2 ** -53]) {
    expect(() => dropout(tape.parameters.x, probability)).toThrow(
      `dropout: expected a probability p of at most 1 - 2^-32, found ${probability}`,
    );
  }
});

it("keeps the mean up to the highest probability, by the one that it draws with", () => {
  // Of 1.4 draws in 2^32 one keeps: by 1 / (1 - p) the mean of all masks would be 1 / 1.4.
  for (const [asked, keeping] of [
    [1, 1],
    [1.4, 1],
    [2.6, 3],
    [2 ** 12, 2 ** 12],
    [2 ** 32, 2 ** 32],
  ] as const) {
    const { threshold, kept } = drawsOf(1 - asked / 2 ** 32);
    expect(threshold).toBe(2 ** 32 - keeping);
    expect(kept * keeping).toBe(2 ** 32);
  }
});
