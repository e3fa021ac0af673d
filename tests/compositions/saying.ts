/** Translates a composition's parameters and rules for Gradus. */
import type * as source from "../../src/index.ts";
import type {
  Composition,
  ElementType,
  GradientSpec,
  ParameterSpec,
  RuleSpec,
  Value,
} from "./composition.ts";

/** The public interface, from the sources or from a build. */
export type Library = Pick<
  typeof source,
  | "accumulate"
  | "chain"
  | "frozen"
  | "masked"
  | "optimize"
  | "optimizers"
  | "parameters"
  | "partition"
  | "sam"
  | "sparse"
  | "transforms"
>;

export type Numbers = Float32Array | Float64Array;

const sentinel = 12345;

function arrayOf({ type, start, place }: ParameterSpec): Numbers {
  const Type = type === "float32" ? Float32Array : Float64Array;
  if (place === "foreign") return Type.from(start);
  const around = new Type(start.length + 6).fill(sentinel);
  around.set(start, 3);
  return around.subarray(3, 3 + start.length);
}

/** The arrays of all parameters, including those that are added later. */
export function arraysOf({ parameters }: Composition, library: Library): Map<string, Numbers> {
  const arrays = new Map<string, Numbers>();
  for (const type of ["float32", "float64"] as const) {
    const some = parameters.filter((each) => each.place === "memory" && each.type === type);
    const shapes = Object.fromEntries(some.map(({ name, shape }) => [name, shape]));
    const made = library.parameters(shapes, { type });
    for (const { name, start } of some) {
      made[name]!.data.set(start);
      arrays.set(name, made[name]!.data);
    }
  }
  for (const each of parameters) {
    if (each.place !== "memory") arrays.set(each.name, arrayOf(each));
  }
  return arrays;
}

/** A sentence for each parameter for which memory outside it was overwritten. */
export function writtenBeside(
  { parameters }: Composition,
  arrays: ReadonlyMap<string, Numbers>,
): string[] {
  return parameters.flatMap(({ name, place }) => {
    const view = arrays.get(name)!;
    if (place !== "view") return [];
    const Type = view instanceof Float32Array ? Float32Array : Float64Array;
    const all = new Type(view.buffer as ArrayBuffer);
    const around = [...all.subarray(0, 3), ...all.subarray(3 + view.length)];
    const untouched = around.every((value) => value === sentinel);
    return untouched ? [] : [`what lies beside ${name} in memory was written`];
  });
}

/** The present names: after a renaming they have another suffix. */
export type Rename = (name: string) => string;

/** A gradient in the form in which it is passed. */
export function formOf(
  gradient: GradientSpec,
  type: ElementType,
  library: Library,
  arrays: ReadonlyMap<string, Numbers>,
): ArrayLike<number> | source.SparseGradient {
  if ("of" in gradient) return arrays.get(gradient.of)!;
  if ("rows" in gradient) return library.sparse(gradient.rows, gradient.values);
  const { values, form } = gradient;
  if (form === "array") return values;
  const wide = (type === "float64") !== (form === "other");
  const Type = wide ? Float64Array : Float32Array;
  if (form !== "view") return Type.from(values);
  const around = new Type(values.length + 5).fill(Number.NaN);
  around.set(values, 2);
  return around.subarray(2, 2 + values.length);
}

/** A text with all digits of all numbers: equal texts mean equal bits. */
export function textOf(value: unknown): string {
  const plain = (_: string, each: unknown) =>
    ArrayBuffer.isView(each) ? Array.from(each as Numbers, show) : each;
  return JSON.stringify(value, plain);
}

const show = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

/** Makes rules from their descriptions. */
export class Saying {
  rename: Rename = (name) => name;
  /** Whether schedules return no number at present. */
  broken = false;
  readonly #library: Library;

  constructor(library: Library) {
    this.#library = library;
  }

  #value(value: Value) {
    if (typeof value !== "object") return value;
    const { from, fall } = value;
    return (t: number) => (this.broken ? Number.NaN : from / (1 + fall * t));
  }

  options(options: Readonly<Record<string, Value>>) {
    const entries = Object.entries(options).map(([name, value]) => [name, this.#value(value)]);
    return Object.fromEntries(entries);
  }

  match(names: readonly string[]): string | RegExp {
    const now = names.map(this.rename);
    return now.length === 1 ? now[0]! : new RegExp(`^(${now.join("|")})$`);
  }

  rule(spec: RuleSpec): source.Rule {
    const { chain, partition, masked, frozen, optimizers, transforms } = this.#library;
    if ("part" in spec) {
      const factories = { ...optimizers, ...transforms } as unknown as Record<string, unknown>;
      const make = factories[spec.part] as (options: object) => source.Rule;
      return make(this.options(spec.options));
    }
    if ("chain" in spec) return chain(...spec.chain.map((each) => this.rule(each))) as source.Rule;
    if ("masked" in spec) {
      return masked(this.match(spec.masked), this.rule(spec.rule)) as source.Rule;
    }
    if ("branches" in spec) {
      const branches = spec.branches.map(({ match, rule }) => ({
        match: this.match(match),
        rule: this.rule(rule),
      }));
      return partition(branches, this.rule(spec.otherwise)) as unknown as source.Rule;
    }
    return frozen;
  }
}
