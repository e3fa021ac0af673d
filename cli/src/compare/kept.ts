/** Runs a task with parameters of another type than its own. */
import type * as library from "gradus";
import type { Training } from "gradus/tasks";
import { UsageError } from "../errors.ts";

export const types = ["float32", "float64", "bfloat16", "float16"] as const;
export const roundings = ["nearest", "stochastic", "compensated", "master"] as const;

/** The type and rounding of parameters. Types of 32 and 64 bits only round to the nearest. */
export interface Kept {
  readonly type: (typeof types)[number];
  readonly rounding: (typeof roundings)[number];
}

export const isNarrow = ({ type }: Kept): boolean => type === "bfloat16" || type === "float16";

export function isKept(value: unknown): value is Kept {
  const { type, rounding } = (value ?? {}) as Kept;
  const known = types.includes(type) && roundings.includes(rounding);
  return known && (rounding === "nearest" || isNarrow({ type, rounding }));
}

/** "bfloat16, rounded to the nearest" */
export function keptText(kept: Kept): string {
  const { type, rounding } = kept;
  const texts = {
    nearest: "rounded to the nearest",
    stochastic: "rounded at random to one of the two nearest",
    compensated: "with what rounding leaves out",
    master: "with a copy in float32",
  };
  return isNarrow(kept) ? `${type}, ${texts[rounding]}` : type;
}

/** The part of a task's copy of the library that is used here. */
export type KeepingLibrary = Pick<
  typeof library,
  | ("optimize" | "optimizers" | "parameters" | "fromFloat32" | "toFloat32")
  | ("bfloat16" | "float16" | "stochastic" | "compensated" | "master")
>;

type PlainType = "float32" | "float64";

function typeOf({ type, rounding }: Kept, library: KeepingLibrary): PlainType | library.Storage {
  if (type === "float32" || type === "float64") return type;
  const storage = library[type];
  return rounding === "nearest" ? storage : library[rounding](storage);
}

/**
 * The same run with parameters of another type. The task still computes in its own type, from values that these parameters
 * represent. Its gradients are rounded to the parameters' type, as those of a tape are.
 * @throws {UsageError} if the task itself has parameters in 16 bits
 */
export function keptIn(training: Training, kept: Kept, library: KeepingLibrary): Training {
  // This optimizer makes no steps: the task writes its gradients there.
  const carrier = library.optimize(training.parameters, library.optimizers.sgd(), { threads: 1 });
  const own = Object.entries(carrier.parameters as Record<string, library.Parameter>);
  if (own.some(([, parameter]) => "storage" in parameter && parameter.storage)) {
    throw new UsageError("--type: the task keeps its parameters in a type of its own choice");
  }
  const type = typeOf(kept, library);
  const storage = typeof type === "object" ? type : undefined;
  const shapes = Object.fromEntries(own.map(([name, { shape }]) => [name, shape]));
  // The type is widened: code that accepts these parameters accepts 16 bits, too.
  const net: library.ParameterSource = library.parameters(shapes, { type: type as PlainType });
  const write = (numbers: Elements, into: Elements): void => {
    if (storage) library.fromFloat32(numbers, storage, into as Uint16Array);
    else into.set(numbers);
  };
  const read = (): void => {
    for (const [name, { data }] of own) {
      const { data: elements } = net[name] as library.Parameter;
      if (storage) library.toFloat32(elements, storage, data as Float32Array);
      else data.set(elements);
    }
  };
  for (const [name, { data }] of own) write(data, (net[name] as library.Parameter).data);
  let gradients: Readonly<Record<string, Elements>> = {};
  return {
    parameters: net,
    attach(optimizer) {
      training.attach(carrier);
      ({ gradients } = optimizer);
    },
    gradients(step) {
      read();
      const loss = training.gradients(step);
      for (const [name] of own) write(carrier.gradients[name]!, gradients[name]!);
      return loss;
    },
    evaluate() {
      read();
      return training.evaluate();
    },
  };
}

type Elements = Float32Array | Float64Array | Uint16Array;
