/** Thousands of small optimizers at once, alternately on own and on foreign arrays; the same code runs in Node and in a page. */
import { adam, optimize, parameters } from "../../src/index.ts";

interface Many {
  /** How many have other bits after two steps than the first ones of their kind. */
  readonly different: number;
  readonly memories: number;
  /** The bytes that they hold, and those of the parameters after all are disposed. */
  readonly held: number;
  readonly left: number;
}

const source = (index: number) =>
  index % 2 === 0
    ? parameters({ w: [10, 10], b: [10] })
    : { w: new Float32Array(100), b: new Float64Array(10) };

const rule = adam({ lr: 0.1 });

function alive(index: number) {
  const optimizer = optimize(source(index), rule);
  optimizer.gradients.w.fill(1);
  optimizer.gradients.b.fill(-2);
  optimizer.step();
  return optimizer;
}

export function many(count: number): Many {
  const all = Array.from({ length: count }, (_, index) => alive(index));
  for (const optimizer of all) optimizer.step();
  const bits = all.map(({ parameters: { w, b } }) => [...w.data.subarray(0, 3), ...b.data].join());
  const memories = new Set(all.map(({ memory }) => memory));
  const sum = () => [...memories].reduce((bytes, { allocated }) => bytes + allocated, 0);
  const held = sum();
  for (const optimizer of all) optimizer.dispose();
  const different = bits.filter((each, index) => each !== bits[index % 2]).length;
  return { different, memories: memories.size, held, left: sum() };
}
