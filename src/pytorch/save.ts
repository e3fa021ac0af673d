/** What a run has, as PyTorch would have it. */
import { provideConversions, storageNamed } from "../runtime/conversions.ts";
import { numbersOf } from "../runtime/keptNumbers.ts";
import type { FloatArray, StoredElements } from "../runtime/memory/memory.ts";
import { type AnyParameter, elements } from "../runtime/parameters.ts";
import type { OptimizerState, StateGroup } from "../runtime/state/state.ts";
import { TorchFileError } from "./errors.ts";
import type { TorchTarget } from "./load.ts";
import { settingsOf, sharedPart, torchSlot } from "./optimizers.ts";
import { type TorchTensor, type TorchValue, tensorOf } from "./value.ts";

/** Options of {@link torchStates}. */
export interface TorchStatesOptions {
  /**
   * PyTorch's names of parameters to those here, in the order of PyTorch's `model.parameters()`. Default: the names and
   * the order of here.
   */
  readonly names?: Readonly<Record<string, string>>;
  /** The learning rate to go on with, where a schedule gives it. */
  readonly lr?: number;
}

/** @throws {TorchFileError} where PyTorch has no such optimizer, or not with these options */
function checkIsTorchs({ rule, hyper }: StateGroup): void {
  const part = sharedPart(rule);
  if (part === undefined) {
    throw new TorchFileError(`PyTorch does not have the optimizer ${rule}`);
  }
  const { torch, fixed = {} } = part.optimizer;
  for (const [name, value] of Object.entries(fixed)) {
    const found = hyper[`${part.name}.${name}`];
    if (found !== value) {
      throw new TorchFileError(
        `PyTorch's ${torch} has no \`${name}\`: with ${found} it makes other steps`,
      );
    }
  }
}

/** A number by itself, in float32 as PyTorch keeps it. */
const scalar = (value: number): TorchTensor => tensorOf(Float32Array.of(value), []);

/**
 * An array: of 16 bits in PyTorch's type of the same name, of other storages the numbers that it stands for.
 * @param what it is of, for the message
 * @throws {TorchFileError} where it is kept in a way that is not known
 */
function tensorIn(
  what: string,
  array: StoredElements,
  kept: string | undefined,
  shape: readonly number[],
): TorchTensor {
  if (kept === undefined) {
    return tensorOf(array as FloatArray, shape);
  }
  const storage = storageNamed(kept);
  if (storage === undefined) {
    throw new TorchFileError(
      `${what} is kept as ${kept}, which is not known here: make it with defineStorage()`,
    );
  }
  const type = kept === "bfloat16" || kept === "float16" ? kept : "float32";
  return { type, shape, read: () => numbersOf(array, storage) };
}

/** The shape of a state: of single rows and columns, PyTorch keeps the other axis. */
function shapeOf(torch: string, length: number, shape: readonly number[]): readonly number[] {
  if (length === elements(shape)) {
    return shape;
  }
  const [front, rows, columns] = [shape.slice(0, -2), shape.at(-2)!, shape.at(-1)!];
  return torch === "row_var" ? [...front, rows, 1] : [...front, 1, columns];
}

function stateOf(name: string, group: StateGroup, state: OptimizerState): Map<string, TorchValue> {
  const part = sharedPart(group.rule)!;
  const { optimizer } = part;
  const result = new Map<string, TorchValue>();
  if (optimizer.counts) {
    result.set("step", scalar(state.step));
  }
  for (const [slot, array] of Object.entries(state.parameters[name] ?? {})) {
    const torch = torchSlot(part, slot);
    if (torch === undefined) {
      throw new TorchFileError(
        `PyTorch's ${optimizer.torch} has no place for the state \`${slot}\` of \`${name}\``,
      );
    }
    const kept = group.storages?.[slot];
    const whole = state.shapes[name]!;
    const shape = kept === undefined ? shapeOf(torch, array.length, whole) : whole;
    const isScalar = torch === "mu_product";
    result.set(
      torch,
      isScalar ? scalar(array[0]!) : tensorIn(`\`${slot}\` of \`${name}\``, array, kept, shape),
    );
  }
  const hyper = (each: string) => Number(group.hyper[`${part.name}.${each}`]);
  for (const [key, value] of Object.entries(optimizer.derived?.(hyper, state.step) ?? {})) {
    result.set(key, scalar(value));
  }
  return result;
}

const valuesIn = (name: string, { data, shape, storage }: AnyParameter): TorchTensor =>
  tensorIn(`parameter \`${name}\``, data, storage?.name, shape);

/**
 * State dicts of a run as PyTorch would have made them, for `model.load_state_dict` and
 * `optimizer.load_state_dict`: write them with `writeTorch(torchStates(optimizer))`.
 *
 * @returns the tensors share nothing with the optimizer once they were written; write them before its next step
 * @throws {TorchFileError} where PyTorch has no such optimizer or options, or keeps less than this one does
 * @example
 * import { writeFileSync } from "node:fs";
 * import { adam, optimize, parameters } from "gradus";
 * import { torchStates, writeTorch } from "gradus/pytorch";
 *
 * const optimizer = optimize(parameters({ w: [2, 3], b: [3] }), adam());
 * const states = torchStates(optimizer, { names: { "0.weight": "w", "0.bias": "b" } });
 * [...states.model.keys()]; // ["0.weight", "0.bias"]
 * writeFileSync("run.pt", writeTorch(states));
 */
export function torchStates(
  optimizer: TorchTarget,
  { names, lr }: TorchStatesOptions = {},
): { readonly model: Map<string, TorchValue>; readonly optimizer: Map<string, TorchValue> } {
  provideConversions();
  const { parameters } = optimizer;
  const torchNames =
    names ?? Object.fromEntries(Object.keys(parameters).map((name) => [name, name]));
  const state = optimizer.stateViews();
  const missing = Object.keys(parameters).find((name) => !Object.values(torchNames).includes(name));
  const surplus = Object.values(torchNames).find((name) => !Object.hasOwn(parameters, name));
  if (missing !== undefined || surplus !== undefined) {
    throw new TorchFileError(
      missing === undefined
        ? `names: there is no parameter \`${surplus}\``
        : `names: \`${missing}\` is not among them`,
    );
  }
  const order = Object.entries(torchNames);
  const model = new Map<string, TorchValue>(
    order.map(([torch, name]) => [torch, valuesIn(name, parameters[name]!)]),
  );
  const kept = new Map<number, TorchValue>();
  let next = 0;
  const groups = state.groups.map((group) => {
    checkIsTorchs(group);
    const own = order.filter(([, name]) => group.parameters.includes(name));
    const ids = own.map(([, name]) => {
      const found = stateOf(name, group, state);
      if (state.step > 0 && found.size > 0) {
        kept.set(next, found);
      }
      return next++;
    });
    const settings = settingsOf(group, lr);
    settings.set("params", ids);
    settings.set(
      "param_names",
      own.map(([torch]) => torch),
    );
    return settings;
  });
  return {
    model,
    optimizer: new Map<string, TorchValue>([
      ["state", kept],
      ["param_groups", groups],
    ]),
  };
}
