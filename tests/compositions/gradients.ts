/** Generates random steps: gradients of all sizes and forms, and calls that must throw. */
import {
  colsOf,
  type ElementType,
  type Flaw,
  type Form,
  type GradientSpec,
  lengthOf,
  type ParameterSpec,
  rowsOf,
  type StepAction,
} from "./composition.ts";
import { type Random, short } from "./random.ts";

/** The sizes of a composition's gradients, sometimes a wild one. */
export interface Sizes {
  readonly usual: number;
  readonly wild: readonly number[];
}

/**
 * Squares and products of squares stay within the type. Otherwise float32 rounds to zero or infinity where float64 does not, and
 * both are
 * right.
 */
export function sizesOf(random: Random, type: ElementType, wild: boolean): Sizes {
  const extreme = type === "float64" ? [1e-30, 1e15] : [1e-8, 1e6];
  return { usual: random.pick([1, 1, 1, 0.1, 5]), wild: wild ? [0, 0, ...extreme] : [0] };
}

function gradientOf(
  random: Random,
  spec: ParameterSpec,
  plan: Plan,
  sparse: boolean,
): GradientSpec {
  const { shape, name } = spec;
  const sizes = plan.sizes.get(name)!;
  const size = random.chance(0.08) ? random.pick(sizes.wild) : sizes.usual;
  const values = (count: number) =>
    Array.from({ length: count }, () => (random.chance(0.04) ? 0 : short(size * random.normal())));
  if (sparse && shape.length > 0 && lengthOf(shape) > 0 && random.chance(0.5)) {
    const rows = Array.from({ length: random.whole(1, 3) }, () => random.below(rowsOf(shape)));
    return { rows, values: values(rows.length * colsOf(shape)) };
  }
  const form = random.pick(plan.forms);
  return { values: values(lengthOf(shape)), form };
}

/** A gradient that is the array of a parameter of the same length. */
function aliased(random: Random, parameters: readonly ParameterSpec[], step: StepAction["step"]) {
  const [a, b] = [random.pick(parameters), random.pick(parameters)];
  return lengthOf(a.shape) === lengthOf(b.shape) && step[a.name] !== undefined
    ? { ...step, [a.name]: { of: b.name } }
    : step;
}

export interface Plan {
  readonly parameters: readonly ParameterSpec[];
  readonly trained: ReadonlySet<string>;
  readonly sizes: ReadonlyMap<string, Sizes>;
  readonly sparse: boolean;
  readonly forms: readonly Form[];
  readonly own: "always" | "never" | "either";
  readonly flaws: readonly Flaw[];
  readonly infinite: boolean;
  readonly aliases: boolean;
}

export function stepOf(
  random: Random,
  plan: Plan,
  parameters: readonly ParameterSpec[],
): StepAction {
  const own = plan.own === "always" || (plan.own === "either" && random.chance(0.4));
  const trained = parameters.filter(({ name }) => plan.trained.has(name));
  let step: StepAction["step"] = Object.fromEntries(
    trained.map((spec) => [spec.name, gradientOf(random, spec, plan, plan.sparse && !own)]),
  );
  const loss = short(random.between(0.1, 2));
  if (plan.infinite && random.chance(0.2)) step = withNaN(random, step);
  else if (plan.aliases && !own && random.chance(0.1)) step = aliased(random, parameters, step);
  const flaw = plan.flaws.length > 0 && random.chance(0.1) ? random.pick(plan.flaws) : undefined;
  return { step, loss, own: own && (flaw === undefined || flaw === "loss"), ...(flaw && { flaw }) };
}

/** Makes an element of one gradient not finite. */
function withNaN(random: Random, step: StepAction["step"]): StepAction["step"] {
  const names = Object.keys(step).filter((name) => valuesOf(step[name]!).length > 0);
  if (names.length === 0) return step;
  const name = random.pick(names);
  const values = [...valuesOf(step[name]!)];
  values[random.below(values.length)] = random.pick([Number.NaN, Number.POSITIVE_INFINITY]);
  return { ...step, [name]: { ...step[name]!, values } as GradientSpec };
}

const valuesOf = (gradient: GradientSpec): readonly number[] =>
  "of" in gradient ? [] : gradient.values;
