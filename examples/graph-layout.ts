// Draws a graph: neighbours are pulled together, all others push each other away, and Adam finds where they come to rest.
import { adam, cosine, optimize, parameters } from "gradus";

/** A dodecahedron's corners, and which of them are joined. */
export const corners = 20;
export const edges: readonly (readonly [number, number])[] = [
  ...Array.from({ length: 10 }, (_, i) => [i, (i + 1) % 10] as const),
  ...Array.from({ length: 10 }, (_, i) => [i, i + 10] as const),
  ...Array.from({ length: 10 }, (_, i) => [10 + i, 10 + ((i + 2) % 10)] as const),
];

/** How far apart two corners are to be: so many edges as there are on the shortest way. */
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

/** Adds up how wrong each distance is (stress, Kamada and Kawai 1989), and fills the gradient. */
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
