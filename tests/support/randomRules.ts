/** Random well-typed rules, as text, and tensors for them. */
import fc from "fast-check";
import type { ElementType } from "../../src/compilers/backend.ts";
import type { StateDeclaration } from "../../src/rule/definition.ts";
import { stagedLength } from "../../src/runtime/gradients/staging.ts";
import { special } from "./special.ts";

export interface RandomPart {
  readonly name: string;
  readonly role: "optimizer" | "transform";
  readonly rule: string;
  readonly state: Readonly<Record<string, number | string | StateDeclaration>>;
}

export interface RandomTensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Whether `parameters` makes it, or it is the caller's array. */
  readonly own: boolean;
  /** Whether it is in a group with other hyperparameters. */
  readonly grouped: boolean;
}

export interface RandomCase {
  readonly parts: readonly RandomPart[];
  readonly tensors: readonly RandomTensor[];
  readonly flag: boolean;
  /** Whether the group changes the boolean; then no reduction may depend on it. */
  readonly groupFlag: boolean;
  readonly rate: number;
  readonly scheduled: boolean;
  readonly steps: number;
  readonly nonFinite: "allow" | "skip";
  /** One of so many gradients has a special value. */
  readonly specials: number;
  readonly passGradients: boolean;
  readonly seed: number;
}

/** The hyperparameters of every part: a rate, a number that may be a schedule, a boolean. */
export const hyperNames = ["lr", "a", "flag"] as const;

/** Numbers as written in a text. */
export const numberText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("0", "1", "2", "0.5", "3", "0.1", "0.9", "1e-8") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...special.filter((value) => value > 0 && Number.isFinite(value)).map(String),
    ),
  },
);

/** The expressions that may use these names, as conditions and as numbers. */
function expressions(names: readonly string[]) {
  return fc.letrec<{ number: string; condition: string }>((tie) => {
    const number = tie("number");
    const call = (operands: fc.Arbitrary<string>[], ...callees: string[]) =>
      fc
        .tuple(fc.constantFrom(...callees), ...operands)
        .map(([callee, ...given]) => `${callee}(${given.join(", ")})`);
    const infix = (symbols: string[], left = number, right = number) =>
      fc
        .tuple(left, fc.constantFrom(...symbols), right)
        .map(([a, symbol, b]) => `(${a} ${symbol} ${b})`);
    const leaf = { weight: 8, arbitrary: fc.constantFrom(...names) };
    return {
      number: fc.oneof(
        { maxDepth: 4, depthSize: "medium" },
        leaf,
        { weight: 2, arbitrary: numberText },
        { weight: 8, arbitrary: infix(["+", "-", "*", "/"]) },
        { weight: 1, arbitrary: infix(["%", "^"]) },
        {
          weight: 2,
          arbitrary: infix(
            ["^"],
            number,
            fc.constantFrom("2", "3", "-1", "-2", "0.5", "(1 / 2)", "a"),
          ),
        },
        { weight: 1, arbitrary: number.map((x) => `-${x}`) },
        { weight: 3, arbitrary: call([number], "sqrt", "abs", "sign", "floor", "exp", "log") },
        { weight: 2, arbitrary: call([number, number], "min", "max") },
        { weight: 1, arbitrary: call([number, number, number], "clamp") },
        { weight: 2, arbitrary: call([tie("condition"), number, number], "where") },
        { weight: 2, arbitrary: call([number], "sum", "mean", "norm", "amax", "amin") },
        {
          weight: 1,
          arbitrary: call([number], "globalSum", "globalNorm", "globalMax", "globalMin"),
        },
      ),
      condition: fc.oneof(
        { weight: 1, arbitrary: fc.constant("flag") },
        { weight: 1, arbitrary: fc.constant("c") },
        { weight: 1, arbitrary: fc.constant("t == 1") },
        { weight: 4, arbitrary: infix(["<", "<=", ">", ">=", "==", "!="]) },
      ),
    };
  });
}

const states = ["m", "v"];

/** A part that uses all its hyperparameters and assigns all its state. */
function part(
  name: string,
  role: RandomPart["role"],
  readsDirection: boolean,
): fc.Arbitrary<RandomPart> {
  const names = ["g", "p", "t", "lr", "a", "size", "rows", "cols", "x", ...states];
  const before = expressions(names);
  const inside = expressions(readsDirection || role === "optimizer" ? [...names, "u"] : names);
  const targets = ["g", "p", "u", "x", "y", ...states].filter(
    (target) =>
      // Nothing reads the gradient after the optimizer, so changing it there is refused.
      role === "optimizer" || (readsDirection ? target !== "g" : target !== "u"),
  );
  const line = fc
    .tuple(fc.constantFrom(...targets), inside.number)
    .map(([target, value]) => `${target} = ${value}`);
  const initial = fc.constantFrom<number | string>(0, 0, 0.1, 0.1, "p", "2 * p ^ 2 - lr");
  return fc
    .record({
      start: before.number,
      condition: before.condition.filter((text) => !/\bc\b/.test(text)),
      lines: fc.array(line, { maxLength: 5 }),
      initial: fc.tuple(initial, initial),
    })
    .map(({ start, condition, lines, initial: given }) => {
      const missing = states.filter(
        (state) => !lines.some((each) => each.startsWith(`${state} =`)),
      );
      return {
        name,
        role,
        state: Object.fromEntries(states.map((state, i) => [state, given[i]!])),
        rule: [
          "x = lr * a + where(flag, g, m)",
          `c = ${condition}`,
          ...(role === "optimizer" ? [`u = ${start}`] : []),
          ...lines,
          ...missing.map((state, i) => `${state} = 0.5 * ${state} + ${["g", "p"][i]}`),
        ].join("\n"),
      };
    });
}

const size = fc.oneof(
  { weight: 300, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 20, arbitrary: fc.constantFrom(1000, 1023, 1024, 1025, 4097) },
  // More than is staged at a time for the caller's arrays.
  {
    weight: 2,
    arbitrary: fc.constantFrom(8193, stagedLength("float64") + 1, stagedLength("float32") + 1),
  },
);
const shape = fc.oneof(
  size.map((length) => [length]),
  fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })),
  fc.constant([] as number[]),
);

const tensorOf = (shapes: fc.Arbitrary<readonly number[]>): fc.Arbitrary<RandomTensor> =>
  fc.record({
    type: fc.constantFrom<ElementType>("float32", "float32", "float64"),
    shape: shapes,
    own: fc.boolean(),
    grouped: fc.constantFrom(true, false, false),
  });

/** Makes a part of a role; `behind` an optimizer it may read the direction. */
export type MakePart = (
  name: string,
  role: RandomPart["role"],
  behind: boolean,
) => fc.Arbitrary<RandomPart>;

const chainOf = (make: MakePart): fc.Arbitrary<RandomPart[]> =>
  fc.oneof(
    fc.tuple(make("one", "optimizer", false)),
    fc.tuple(make("before", "transform", false), make("one", "optimizer", false)),
    fc.tuple(make("one", "optimizer", false), make("behind", "transform", true)),
    fc.tuple(
      make("before", "transform", false),
      make("one", "optimizer", false),
      make("behind", "transform", true),
    ),
  );

const settings = {
  flag: fc.boolean(),
  groupFlag: fc.boolean(),
  rate: fc.constantFrom(0.1, 1e-3, 1, 3),
  scheduled: fc.boolean(),
  steps: fc.integer({ min: 1, max: 4 }),
  nonFinite: fc.constantFrom<RandomCase["nonFinite"]>("allow", "skip"),
  specials: fc.constantFrom(3, 30, 1e9, 1e9),
  passGradients: fc.boolean(),
  seed: fc.nat(),
};

/** Cases of rules with one kind of parts, on tensors with these shapes. */
export function casesOf(
  make: MakePart,
  shapes: fc.Arbitrary<readonly number[]>,
): fc.Arbitrary<RandomCase> {
  const tensors = fc.array(tensorOf(shapes), { minLength: 1, maxLength: 4 });
  return fc.record({ parts: chainOf(make), tensors, ...settings });
}

/** Rules over elements and scalars. */
export const randomCase = casesOf(part, shape);
