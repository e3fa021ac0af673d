/** A few steps that use every part of the core; the same code runs in Node and in a page. */
import {
  adamw,
  chain,
  clipByGlobalNorm,
  cosine,
  ema,
  momentum,
  optimize,
  parameters,
  type Rule,
} from "../../src/index.ts";

/** Ten steps on own and on foreign arrays; returns the parameters and their averages. */
function trainWith(rule: Rule): number[][] {
  const own = parameters({ w: [50, 40], b: [5] });
  const foreign = { w: new Float64Array(2000), b: new Float64Array(5) };
  return [own, foreign].flatMap((source) => {
    using optimizer = optimize(source, rule, { groups: [{ match: "b", lr: 0.05 }] as never });
    for (let step = 1; step <= 10; step++) {
      const { w, b } = optimizer.gradients;
      for (let i = 0; i < w.length; i++) {
        w[i] = ((i * 7919) % 101) / 50 - 1 + step / 10;
      }
      b.fill(step % 3);
      optimizer.step();
    }
    const { w, b } = optimizer.parameters;
    const average = optimizer.state().parameters["w"]!["ema.average"]!;
    return [[...w.data], [...b.data], [...average]];
  });
}

/** Parameters of several trainings: numbers that are the same in all engines. */
export function train(): number[][] {
  const lr = cosine({ initial: 0.1, steps: 10 });
  return [
    ...trainWith(chain(clipByGlobalNorm(1), momentum({ lr: 0.1 }), ema(0.9))),
    ...trainWith(chain(clipByGlobalNorm(1), adamw({ lr, weightDecay: 0.1 }), ema(0.9))),
  ];
}
