/** Calls every public function with arguments of all kinds: each error must be one of the library's own. */
import fc from "fast-check";
import * as autodiff from "../../src/autodiff/index.ts";
import * as checkpoint from "../../src/checkpoint/index.ts";
import * as explain from "../../src/explain/index.ts";
import * as main from "../../src/index.ts";
import * as init from "../../src/init/index.ts";
import * as pytorch from "../../src/pytorch/index.ts";
import * as rule from "../../src/rule/index.ts";
import * as tasks from "../../src/tasks/index.ts";
import * as webgpu from "../../src/webgpu/index.ts";

const entries = { main, autodiff, checkpoint, init, pytorch, rule, explain, tasks, webgpu };

type AnyFunction = (...given: unknown[]) => unknown;

const isClass = (value: AnyFunction) => /^class\b/.test(Function.prototype.toString.call(value));

/** A method of an optimizer that is created for the call. */
const method =
  (name: "step" | "restore" | "state" | "evaluate"): AnyFunction =>
  (...given) => {
    using optimizer = main.optimize(main.parameters({ w: [2, 3], b: [3] }), main.adam(), {
      threads: 1,
    });
    return (optimizer[name as never] as AnyFunction | undefined)?.apply(optimizer, given);
  };

/** All exported functions by name, and methods of an optimizer. */
export const publicFunctions: readonly (readonly [string, AnyFunction])[] = [
  ...(["step", "restore", "state", "evaluate"] as const).map(
    (name) => [`optimizer.${name}`, method(name)] as const,
  ),
  ...Object.entries(entries).flatMap(([entry, exported]) =>
    Object.entries(exported as Record<string, unknown>).flatMap(([name, value]) =>
      typeof value === "function" && !isClass(value as AnyFunction)
        ? [[`${entry}.${name}`, value as AnyFunction] as const]
        : [],
    ),
  ),
];

const errorNames = new Set(
  Object.values(entries).flatMap((exported) =>
    Object.keys(exported).filter((name) => /^[A-Z]\w+Error$/.test(name)),
  ),
);

/**
 * As in docs/errors.md: what TypeScript would not compile may throw a plain TypeError, and numbers out of range for tasks a
 * RangeError.
 */
const isDocumented = (name: string, error: unknown): boolean =>
  error instanceof Error &&
  (errorNames.has(error.name) ||
    error.name === "TypeError" ||
    (error.name === "RangeError" && name.startsWith("tasks.")));

const cyclic: Record<string, unknown> = {};
cyclic["self"] = cyclic;

const numbers = [
  0,
  -0,
  1,
  -1,
  0.5,
  3,
  1e-320,
  1e308,
  2 ** 40,
  2 ** 53,
  Number.NaN,
  Infinity,
  -Infinity,
];

const plain = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, false, 10n, Symbol("s"), ...numbers),
  fc.constantFrom(
    "",
    "w",
    "adam",
    "__proto__",
    "constructor",
    "x".repeat(10_000),
    "\ud800",
    "u = g",
  ),
  fc.constantFrom<unknown>(
    () => 1,
    () => Number.NaN,
    (step: number) => step,
    cyclic,
    new Date(0),
    /x/g,
  ),
  fc.constantFrom<unknown>(
    new Map([["w", 1]]),
    new Set([1]),
    new ArrayBuffer(8),
    new DataView(new ArrayBuffer(8)),
  ),
);

/** Plausible arguments, created anew for each call. */
const plausible = fc.constantFrom<() => unknown>(
  () => main.adam(),
  () => main.chain(main.clipByGlobalNorm(1), main.adamw()),
  () => main.parameters({ w: [2, 3], b: [3] }),
  () => ({ w: new Float32Array(6) }),
  () => ({ w: { data: new Float32Array(6), shape: [2, 3] } }),
  () => ({ w: new Float64Array([Number.NaN, 1]) }),
  () => ({ w: new Uint8Array(3), b: [1, 2] }),
  () => ({ w: { data: new Float32Array(2), shape: [3] } }),
  () => main.optimize(main.parameters({ w: [2, 3] }), main.adam(), { threads: 1 }),
  () => new Float32Array(4),
  () => new Float64Array([1, 2, 3]),
  () => Uint8Array.of(0x50, 0x4b, 5, 6),
  () => [2, 3],
  () => ["w", "b"],
  () => JSON.parse('{"__proto__":{"polluted":true},"lr":0.1}'),
  () => ({ lr: "0.1", beta1: 2, eps: -1, steps: 0, initial: Number.NaN }),
  () => ({ rule: "u = g", state: { m: 0 }, hyper: { lr: 1 }, name: "mine", title: "Mine" }),
  () => ({ match: /w/, lr: 0.1 }),
  () => ({ steps: 10, initial: 0.1, final: 0, warmup: 3, peak: 0.1 }),
);

const one = fc.oneof(
  plain.map((value) => () => value),
  plausible,
  fc
    .dictionary(
      fc.constantFrom("w", "lr", "steps", "shape", "data", "seed", "initial", "__proto__"),
      plain,
      {
        maxKeys: 3,
      },
    )
    .map((value) => () => ({ ...value })),
  fc.array(plain, { maxLength: 3 }).map((value) => () => [...value]),
);

export const wildArguments = fc.array(one, { maxLength: 4 });

/**
 * Calls a function, and awaits its promise.
 * @returns a sentence if it did anything but return or throw a documented error
 */
export async function misbehaviour(
  name: string,
  called: AnyFunction,
  make: readonly (() => unknown)[],
): Promise<string | undefined> {
  const given = make.map((each) => each());
  const before = process.cpuUsage();
  let problem: string | undefined;
  let result: unknown;
  try {
    result = called(...given);
    if (result instanceof Promise) result = await result;
  } catch (error) {
    if (!isDocumented(name, error)) {
      const { name: kind, message } = error as Error;
      problem = `${name} threw ${kind}: ${String(message).slice(0, 200)}`;
    }
  }
  for (const each of [result, ...given]) {
    try {
      (each as { dispose?: () => void } | undefined)?.dispose?.();
    } catch {
      // A wild argument cannot be disposed.
    }
  }
  // Processor time of this process, because other processes may run.
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  return problem ?? (seconds > 2 ? `${name} took ${seconds.toFixed(1)} s` : undefined);
}
