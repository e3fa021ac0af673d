// Defines an optimizer by its maths, and compares it with Adam on the Rosenbrock function.
import { adam, defineOptimizer, optimize, parameters, type Rule } from "gradus";

/** Adam's step, times 2 where momentum and gradient have the same sign, otherwise times 0.2. */
const cautious = defineOptimizer({
  name: "cautious",
  hyper: { lr: 1e-3, beta: 0.9 },
  state: { m: 0, v: 0 },
  rule: `
    m = beta * m + (1 - beta) * g
    v = 0.999 * v + 0.001 * g^2
    u = where(m * g > 0, 2, 0.2) * m / (sqrt(v / (1 - 0.999^t)) + 1e-8)
  `,
});

/** The points that an optimizer visits. */
function run(rule: Rule) {
  const net = parameters({ p: [2] });
  const [p, places] = [net.p.data, [] as (readonly [number, number])[]];
  p.set([-1.2, 1]);
  const optimizer = optimize(net, rule);
  for (let step = 0; step <= 2000; step++) {
    const [x, y] = p as unknown as [number, number];
    places.push([x, y]);
    optimizer.step({ p: [-400 * x * (y - x ** 2) - 2 * (1 - x), 200 * (y - x ** 2)] });
  }
  return places;
}

export const rosenbrock = (x: number, y: number) => 100 * (y - x ** 2) ** 2 + (1 - x) ** 2;
export const ways = { adam: run(adam({ lr: 0.02 })), cautious: run(cautious({ lr: 0.02 })) };

for (const [name, places] of Object.entries(ways))
  console.log(`${name}: ${rosenbrock(...places.at(-1)!).toExponential(1)} after 2000 steps`);
