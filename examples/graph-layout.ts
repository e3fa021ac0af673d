// Draws a graph: Adam moves its corners until their distances match the lengths of the shortest paths between them.
import { adam, cosine, optimize, parameters } from "gradus";

/** The corners and edges of a dodecahedron. */
export const corners = 20;
export const edges: readonly (readonly [number, number])[] = [
  ...Array.from({ length: 10 }, (_, i) => [i, (i + 1) % 10] as const),
  ...Array.from({ length: 10 }, (_, i) => [i, i + 10] as const),
  ...Array.from({ length: 10 }, (_, i) => [10 + i, 10 + ((i + 2) % 10)] as const),
];

/** The wanted distance of two corners: the number of edges on the shortest path between them. */
function distances(): number[][] {
  const far = Array.from({ length: corners }, (_, i) =>
    Array.from({ length: corners }, (_, j) => (i === j ? 0 : Number.POSITIVE_INFINITY)),
  );
  for (const [a, b] of edges) far[a]![b] = far[b]![a] = 1;
  for (let k = 0; k < corners; k++)
    for (const row of far)
      for (let j = 0; j < corners; j++) row[j] = Math.min(row[j]!, row[k]! + far[k]![j]!);
  return far;
}

export const net = parameters({ places: [corners, 2] });
export const places = net.places.data;
for (let i = 0; i < corners; i++) places.set([Math.cos(2.4 * i), Math.sin(2.4 * i)], 2 * i);

const wanted = distances();
const optimizer = optimize(net, adam({ lr: cosine({ initial: 0.1, steps: 500 }) }));
const gradient = optimizer.gradients.places;

/** Returns the sum of the squared relative errors of all distances (stress, Kamada and Kawai 1989), and fills the gradient. */
function stress(): number {
  let sum = 0;
  gradient.fill(0);
  for (let i = 0; i < corners; i++)
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [places[2 * i]! - places[2 * j]!, places[2 * i + 1]! - places[2 * j + 1]!];
      const distance = Math.hypot(dx, dy) || 1e-9;
      const wrong = (distance - wanted[i]![j]!) / wanted[i]![j]!;
      sum += wrong ** 2;
      const pull = (2 * wrong) / (wanted[i]![j]! * distance);
      for (const [at, sign] of [
        [i, 1],
        [j, -1],
      ] as const) {
        gradient[2 * at]! += sign * pull * dx;
        gradient[2 * at + 1]! += sign * pull * dy;
      }
    }
  return sum;
}

const before = stress();
for (let step = 0; step < 500; step++) {
  stress();
  optimizer.step();
}
console.log(`stress: ${before.toFixed(1)} before, ${stress().toFixed(2)} after 500 steps`);
