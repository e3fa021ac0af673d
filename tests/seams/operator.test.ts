/** An operator of one's own is a function of the rule language, on every backend. */
import { beforeAll, expect, test } from "vitest";
import { defineOperator } from "../../src/compilers/defineOperator.ts";
import { latex } from "../../src/explain/index.ts";
import { defineOptimizer, optimize, parameters } from "../../src/index.ts";
import { backends, elementTypes, sideBySide } from "../support/backends.ts";
import { expectSameBits } from "../support/bits.ts";
import { randomNumbers } from "../support/numbers.ts";
import { copySign } from "./operator.ts";

beforeAll(() => defineOperator(copySign));

/** Of elements, of rows and on the host. */
const make = () =>
  defineOptimizer({
    name: "cautious",
    hyper: { lr: 0.1, way: -1 },
    state: { m: 0 },
    rule: `
      m = copySign(0.9 * m + 0.1 * abs(g), g)
      u = copySign(m, way) * copySign(rowMean(abs(p)), 0 - t)
    `,
  })();

test.each(elementTypes)("runs alike in all backends, as written: %s", (type) => {
  const found = [...backends, sideBySide].map((backend) => {
    const net = parameters({ w: [37, 41] }, { type });
    const random = randomNumbers(7);
    net.w.data.forEach((_, i) => void (net.w.data[i] = random.between(-1, 1)));
    using optimizer = optimize(net, make(), { backend });
    for (let step = 0; step < 3; step++) {
      optimizer.gradients.w.forEach(
        (_, i) => void (optimizer.gradients.w[i] = random.between(-1, 1)),
      );
      optimizer.step();
    }
    return net.w.data.slice();
  });
  for (const data of found.slice(1)) expectSameBits(data, found[0]!, "w");
});

test("is in formulas as any function", () => {
  expect(latex(make())).toContain("copySign");
});

test("is refused where the language has the name, or a part is missing", () => {
  expect(() => defineOperator({ ...copySign })).toThrow("a function `copySign` already");
  expect(() => defineOperator({ ...copySign, name: "min" })).toThrow("function `min` already");
  expect(() => defineOperator({ ...copySign, name: "a b" })).toThrow('not "a b"');
  expect(() => defineOperator({ ...copySign, name: "no", parameters: [] })).toThrow("one to three");
  const without = { ...copySign, name: "no", webassembly: undefined as never };
  expect(() => defineOperator(without)).toThrow("no has functions `evaluate` and `webassembly`");
});
