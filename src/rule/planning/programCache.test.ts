import { describe, expect, it, vi } from "vitest";
import { adam, chain, clipByGlobalNorm, ema, optimize, parameters, sgd } from "../../index.ts";
import { defineOptimizer } from "../define.ts";
import type { HyperValues, Rule } from "../definition.ts";
import { defaultHyper } from "../hyper.ts";
import { programOf } from "./prepare.ts";
import { remembering } from "./programCache.ts";

const plan = () => remembering(programOf);
const hyperOf = (rule: Rule): HyperValues => defaultHyper(rule);

describe("the program of a rule", () => {
  it("depends only on the text and on hyperparameters that decide something", () => {
    const planned = plan();
    const program = (rule: Rule, guard = true, matrix = true) =>
      planned(rule, hyperOf(rule), guard, matrix);
    expect(program(adam())).toBe(program(adam()));
    expect(program(adam({ lr: () => 1 }))).toBe(program(adam({ lr: (t) => 1 / t })));
    expect(program(adam({ lr: 2 }))).toBe(program(adam()));
    expect(program(chain(adam(), ema(0.9)))).toBe(program(chain(adam(), ema(0.8))));
    expect(program(chain(adam(), ema()))).toBe(program(chain(adam(), ema())));
    const others = [
      program(adam()),
      program(adam(), false),
      program(adam(), true, false),
      program(chain(adam(), ema())),
      program(chain(adam(), ema(), ema())),
      program(sgd()),
      program(sgd({ momentum: 0.9 })),
      program(sgd({ momentum: () => 0.9 })),
      program(sgd({ momentum: 0.9, nesterov: true })),
    ];
    expect(new Set(others).size).toBe(others.length);
  });

  it("differs between two definitions of the same name", () => {
    const planned = plan();
    const make = (rule: string) => defineOptimizer({ name: "mine", hyper: { lr: 1 }, rule })();
    const [one, other] = [make("u = g"), make("u = 2 * g")];
    const first = planned(one, hyperOf(one), true, true);
    expect(planned(other, hyperOf(other), true, true)).not.toBe(first);
  });

  it("is forgotten after many others", () => {
    const made: number[] = [];
    const planned = remembering((rule, hyper, guard: boolean) => {
      made.push(hyper.get("sgd.lr") as number);
      return programOf(rule, hyper, guard);
    });
    const use = (lr: number) => {
      const rule = sgd({ lr });
      planned(rule, hyperOf(rule), true);
    };
    for (let lr = 0; lr < 64; lr++) use(lr);
    use(0);
    use(64);
    use(0);
    use(1);
    expect(made).toEqual([...Array.from({ length: 65 }, (_, lr) => lr), 1]);
  });
});

it("a rule that is bound again is not compiled again", () => {
  const net = parameters({ w: [5] });
  // Only this test uses this text: programs are shared by rules of the same text, and other tests may have bound theirs.
  const alone = defineOptimizer({ name: "alone", hyper: { lr: 1 }, rule: "u = g / 1.2345" });
  const rule = () => chain(clipByGlobalNorm(1), alone(), ema());
  const bind = () => optimize(net, rule(), { nonFinite: "allow" }).dispose();
  const compile = vi.spyOn(WebAssembly, "Module");
  try {
    bind();
    // One for its steps, and one for the initial value of the average.
    expect(compile).toHaveBeenCalledTimes(2);
    bind();
    expect(compile).toHaveBeenCalledTimes(2);
  } finally {
    compile.mockRestore();
  }
});
