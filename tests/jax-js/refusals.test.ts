/** What is wrong is said before anything is consumed. */
import { grad, init, jit, numpy, tree, vmap } from "@jax-js/jax";
import { beforeAll, expect, it } from "vitest";
import { accumulate, adam, optimize, parameters, sgd } from "../../src/index.ts";
import { gradus } from "../../src/jax-js/index.ts";

beforeAll(() => init("wasm"));

const optimizer = gradus(adam());
const vector = () => numpy.array([1, 2, 3]);
const any = (value: unknown) => value as never;

it("says within jit, grad and vmap how to step outside", () => {
  const params = { w: vector() };
  const state = optimizer.init(tree.ref(params));
  const within = (transform: unknown, call: (...given: never[]) => unknown, ...given: unknown[]) =>
    expect(() => (transform as (f: typeof call) => (...all: unknown[]) => void)(call)(...given));
  type Vector = ReturnType<typeof vector>;
  const outside =
    /^step: gradient: `w` has no numbers yet, inside jit, grad or vmap\. Compile the loss and its gradient, jit\(valueAndGrad\(loss\)\), and call step outside/;
  const step = (w: Vector) => optimizer.step({ w }, state)[0].w.sum();
  within(jit, step, vector()).toThrow(outside);
  within(grad, step, vector()).toThrow(outside);
  within(vmap, step, numpy.ones([2, 3])).toThrow(outside);
  within(
    jit,
    (w: Vector) => optimizer.update({ w: vector() }, state, { w })[0].w,
    vector(),
  ).toThrow(/^update: parameter: `w` has no numbers yet/);
  within(jit, (w: Vector) => void optimizer.init({ w }), vector()).toThrow(
    /^init: parameter: `w` has no numbers yet/,
  );
  const given = (w: Vector, each: typeof state) => optimizer.step({ w }, each)[0].w;
  within(jit, given, vector(), state).toThrow(
    "a state of Gradus, which compiled functions cannot take: compile the loss and its gradient, jit(valueAndGrad(loss)), and call update or step outside",
  );
  expect([state.refCount, params.w.refCount]).toEqual([1, 1]);
});

it.each<[string, unknown, RegExp]>([
  ["nothing", {}, /^init: there are no parameters$/],
  ["null", { a: { b: null } }, /^init: parameter: `a\.b` is not a jax-js array, but null/],
  ["a number", [1], /^init: parameter: `0` is not a jax-js array, but number/],
  [
    "an array of numbers",
    { w: new Float32Array(2) },
    /^init: parameter: `w` is not a jax-js array, but object/,
  ],
])("init takes no %s", (_, params, message) => {
  expect(() => optimizer.init(params)).toThrow(message);
});

it("init takes no whole numbers, no two of one name, and none twice by one reference", () => {
  const [a, b] = [vector(), vector()];
  expect(() => optimizer.init({ n: numpy.array(new Int32Array([1, 2])) })).toThrow(
    /^init: parameter `n` is int32, and must be float32 or float64/,
  );
  expect(() => optimizer.init({ "a.b": a, a: { b } })).toThrow(
    /^init: parameter: two arrays would both be called `a\.b`/,
  );
  expect(() => optimizer.init({ a, b: a })).toThrow(
    "init: `b` is passed 2 times and has 1 reference; pass `.ref` except the last time",
  );
  expect([a.refCount, b.refCount]).toEqual([1, 1]);
  const state = optimizer.init({ a: a.ref, b: a });
  expect(a.refCount).toBe(0);
  expect(Object.keys(state.optimizer.parameters)).toEqual(["a", "b"]);
});

it("steps take trees of init's names, shapes and types", () => {
  const state = optimizer.init({ w: vector(), b: numpy.array(1) });
  const step = (gradients: unknown, params?: unknown) => () =>
    optimizer.step(gradients, state, params);
  const b = numpy.array(1);
  expect(step({ w: vector() })).toThrow("step: gradient: `b` is missing");
  expect(step({ w: vector(), c: b })).toThrow("step: gradient: the state has no parameter `c`");
  expect(step({ w: vector(), b: vector() })).toThrow(
    "step: gradient: `b` is float32 [3], but the parameter is float32 []",
  );
  expect(step({ w: numpy.array(new Int32Array(3).fill(1)), b })).toThrow(
    "step: gradient: `w` is int32 [3], but the parameter is float32 [3]",
  );
  expect(step({ w: vector(), b }, { w: vector() })).toThrow("step: parameter: `b` is missing");
  expect(() => optimizer.step({ w: vector(), b }, any([]))).toThrow(
    "step: the second argument must be a state, which init() returns",
  );
  expect(() => gradus(adam()).step({ w: vector(), b }, state)).toThrow(
    "step: the state belongs to another gradus(), which has its rule: step it there",
  );
  // The order of names is nobody's concern.
  const [made] = optimizer.step({ b, w: vector() }, state);
  expect(Object.keys(made as object)).toEqual(["b", "w"]);
});

it("a rule is a rule, or makes an optimizer of what it is given; options are the rule's", () => {
  expect(() => gradus(any(adam))).toThrow(
    "gradus: the first argument must be a rule such as adam(), with parentheses",
  );
  expect(() =>
    gradus(
      any((net: never) => accumulate(net, sgd(), { steps: 2 })),
      any({ seed: 1 }),
    ),
  ).toThrow(
    "gradus: with a function there are no options: pass them to the optimizer that it makes",
  );
  expect(() => gradus(adam(), any(null))).toThrow(
    "gradus: the second argument must be an object of options, as for optimize",
  );
  expect(() => gradus(adam(), any({ sed: 1 })).init({ w: vector() })).toThrow(
    /unknown option `sed`/,
  );
  const other = gradus(() => optimize(parameters({ w: [3] }), sgd()));
  expect(() => other.init({ w: vector() })).toThrow(
    /^gradus: the function must use the parameters that it gets/,
  );
});
