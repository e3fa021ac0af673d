/**
 * The questions about a user's arrays: small runs whose parameters and gradients are of each kind. They end with the same bits as
 * a run on
 * the library's own arrays, or are refused by name without a change.
 */
import {
  adamw,
  addNoise,
  type Backend,
  chain,
  javascript,
  optimize,
  parameters,
  sparse,
  webassembly,
} from "../../src/index.ts";
import { gone, kept, type Make, type Makers, numbers, others } from "./arrayKinds.ts";
import { lacking, type Path, type Paths } from "./paths.ts";

const STEPS = 5;
/** The step before which arrays are changed. */
const CHANGE = 3;
/** Elementwise, with random numbers. */
const rule = chain(addNoise(), adamw());

/** The shape of a matrix with sparse gradients. */
const shape = [7, 3] as const;
const rows = [5, 1, 5];

/** How an array is used. */
type Role = "parameter" | "gradient" | "rows of a gradient" | "all, in several blocks";

const same = "same bits";

interface Setting {
  readonly backend: Backend;
  readonly type: "float32" | "float64";
  readonly length: number;
}

const short = [webassembly, javascript].flatMap((backend) =>
  (["float32", "float64"] as const).map((type): Setting => ({ backend, type, length: 37 })),
);
/** Longer than the most that is staged at a time. */
const long: readonly Setting[] = [{ backend: webassembly, type: "float32", length: 98_341 }];

const classes = { float32: Float32Array, float64: Float64Array };

/** Whole numbers, which every element type can store. */
const valueAt = (index: number, t: number): number => ((index + t) * 7919) % 101;

/** Writes numbers, if the array still exists and can store them. */
function fill<A>(array: A, length: number, t: number): A {
  const list = array as number[];
  if (list[0] !== undefined && typeof list[0] !== "number") return array;
  for (let i = 0; i < length; i++) list[i] = valueAt(i, t);
  return array;
}

type Arrays = Readonly<Record<"w" | "matrix", { readonly data: Float32Array | Float64Array }>>;

/** Makes an array of a kind, if the engine has it. */
const held = (make: Make, { type }: Setting, length: number) => make(classes[type], length)!;

function reference(setting: Setting): Arrays {
  const { type, length, backend } = setting;
  const net = parameters({ w: [length], matrix: shape }, { type });
  fill(net.w.data, length, 0);
  fill(net.matrix.data, 21, 0);
  const optimizer = optimize(net, rule, { backend, threads: 1, seed: 3 });
  for (let t = 1; t <= STEPS; t++) {
    const { w } = optimizer.gradients;
    optimizer.step({ w: fill(w, length, t), matrix: sparse(rows, fill([], 9, t)) });
  }
  optimizer.dispose();
  return net;
}

const isSame = (net: Arrays, wanted: Arrays): boolean =>
  [net.w, net.matrix].every(({ data }, index) =>
    [wanted.w, wanted.matrix][index]!.data.every((value, i) => Object.is(value, data[i])),
  );

const isOf = (role: Role, which: Role): boolean => role === which || role.startsWith("all");

/** The outcome of a run with an array of a kind in one role, and usual arrays in the others. */
function outcome(setting: Setting, wanted: Arrays, role: Role, make: Make): string {
  const { length, backend } = setting;
  const usual = kept["an array"]!;
  const used = (which: Role, size: number) => held(isOf(role, which) ? make : usual, setting, size);
  const [w, matrix] = [used("parameter", length), used("parameter", 21)];
  const net = { w: { data: w.array, shape: [length] }, matrix: { data: matrix.array, shape } };
  fill(w.array, length, 0);
  fill(matrix.array, 21, 0);
  const trained = net as unknown as Record<"w" | "matrix", { data: Float32Array; shape: number[] }>;
  const optimizer = optimize(trained, rule, { backend, threads: 1, seed: 3 });
  let [gradient, values] = [used("gradient", length), used("rows of a gradient", 9)];
  let refusal = "";
  for (let t = 1; t <= STEPS; t++) {
    if (t === CHANGE) for (const { change } of [w, matrix, gradient, values]) change?.();
    const step = () => {
      const given = fill(gradient.array, length, t) as number[];
      optimizer.step({ w: given, matrix: sparse(rows, fill(values.array, 9, t) as number[]) });
    };
    try {
      step();
    } catch (error) {
      if (role === "parameter" || refusal !== "") throw error;
      refusal = `${nameOf(error)}, then `;
      [gradient, values] = [held(usual, setting, length), held(usual, setting, 9)];
      step();
    }
  }
  optimizer.dispose();
  return refusal + (isSame(trained, wanted) ? same : "OTHER BITS");
}

/** The name of the library's own error. */
function nameOf(error: unknown): string {
  const { name, message } = error as Error;
  return /`(w|matrix)`/.test(message) ? name : `${name} without a name: ${message}`;
}

function found(role: Role, make: Make, references: References): string {
  if (make(Float32Array, 1) === undefined) return lacking;
  const outcomes = Array.from(references, ([setting, wanted]) => {
    try {
      return outcome(setting, wanted, role, make);
    } catch (error) {
      return nameOf(error);
    }
  });
  return [...new Set(outcomes)].join(" or ");
}

type References = ReadonlyMap<Setting, Arrays>;

/** By kind and role. */
export function dataPaths(): Paths {
  const [few, many] = [short, long].map(
    (settings) => new Map(settings.map((setting) => [setting, reference(setting)])),
  );
  const paths: Record<string, Path> = {};
  const ask = (role: Role, makers: Makers, wanted: string, references: References = few!) => {
    for (const [kind, make] of Object.entries(makers)) {
      paths[`${role}: ${kind}`] = { found: found(role, make, references), wanted };
    }
  };
  ask("parameter", kept, same);
  ask("parameter", { ...gone, ...numbers, ...others }, "BindingError");
  for (const role of ["gradient", "rows of a gradient"] as const) {
    ask(role, { ...kept, ...numbers }, same);
    ask(role, { ...gone, ...others }, `GradientError, then ${same}`);
  }
  ask("all, in several blocks", kept, same, many);
  return paths;
}
