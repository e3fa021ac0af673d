// Learns the positions of points from some of their distances. Each step updates only a few rows of the table.
import { adagrad, optimize, parameters, sparse } from "gradus";
import { createRandom } from "gradus/tasks";

const [count, steps, pairs] = [400, 3000, 16];
const random = createRandom(1);

/** The true positions: on a ring. */
const angle = (i: number) => (2 * Math.PI * i) / count;
const distance = (i: number, j: number) => 2 * Math.abs(Math.sin((angle(i) - angle(j)) / 2));

export const net = parameters({ table: [count, 2] });
export const table = net.table.data;
for (let i = 0; i < table.length; i++) table[i] = 0.1 * random.normal();

const optimizer = optimize(net, adagrad({ lr: 0.5 }));
export const losses: number[] = [];

for (let step = 0; step < steps; step++) {
  const rows: number[] = [];
  const values: number[] = [];
  let loss = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const [i, j] = [random.integer(count), random.integer(count)];
    const [dx, dy] = [table[2 * i]! - table[2 * j]!, table[2 * i + 1]! - table[2 * j + 1]!];
    const found = Math.hypot(dx, dy) || 1e-9;
    const wrong = found - distance(i, j);
    loss += wrong ** 2 / pairs;
    rows.push(i, j);
    values.push(...[1, 1, -1, -1].map((sign, k) => (sign * 2 * wrong * [dx, dy][k % 2]!) / found));
  }
  optimizer.step({ table: sparse(rows, values) }); // gradients of a row that occurs twice are added up
  losses.push(loss);
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
console.log(
  `mean squared error of a distance: ${mean(losses.slice(0, 100)).toFixed(3)} at first, ${mean(losses.slice(-100)).toFixed(4)} at last`,
);
