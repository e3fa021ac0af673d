/** What a run has, as PyTorch would have it. */
import type { FloatArray } from "../runtime/memory.ts";
import { type AnyParameter, elements } from "../runtime/parameters.ts";
import type { OptimizerState, StateGroup } from "../runtime/state.ts";
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
    throw new TorchFileError(`PyTorch has no such optimizer as ${rule}`);
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
    if (kept !== undefined) {
      throw new TorchFileError(
        `PyTorch's ${optimizer.torch} keeps \`${slot}\` of \`${name}\` in the parameter's type, not as ${kept}: save from an optimizer without \`storage\``,
      );
    }
    const isScalar = torch === "mu_product";
    const shape = shapeOf(torch, array.length, state.shapes[name]!);
    result.set(torch, isScalar ? scalar(array[0]!) : tensorOf(array as FloatArray, shape));
  }
  const hyper = (each: string) => Number(group.hyper[`${part.name}.${each}`]);
  for (const [key, value] of Object.entries(optimizer.derived?.(hyper, state.step) ?? {})) {
    result.set(key, scalar(value));
  }
  return result;
}

function valuesOf(name: string, { data, shape, storage }: AnyParameter): TorchTensor {
  if (storage !== undefined) {
    throw new TorchFileError(
      `parameter \`${name}\` is kept in ${storage.name}, and tensors are written of float32 and float64 alone`,
    );
  }
  return tensorOf(data as FloatArray, shape);
}

/**
 * State dicts of a run as PyTorch would have made them, for `model.load_state_dict` and
 * `optimizer.load_state_dict`: write them with `writeTorch(torchStates(optimizer))`.
 *
 * @returns the tensors share nothing with the optimizer once they were written; write them before its next step
 * @throws {TorchFileError} where PyTorch has no such optimizer or options, or keeps less than this one does
 */
export function torchStates(
  optimizer: TorchTarget,
  { names, lr }: TorchStatesOptions = {},
): { readonly model: Map<string, TorchValue>; readonly optimizer: Map<string, TorchValue> } {
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
    order.map(([torch, name]) => [torch, valuesOf(name, parameters[name]!)]),
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
