/** What PyTorch kept of each parameter, as Gradus keeps it. */
import { fitted, type Target } from "../runtime/conversions.ts";
import type { StoredElements } from "../runtime/memory/memory.ts";
import type { AnyParameter } from "../runtime/parameters.ts";
import type { OptimizerState, StateGroup, Stored, StoredArray } from "../runtime/state/state.ts";
import { type Shared, sharedPart, torchSlot } from "./optimizers.ts";
import { asStored } from "./storage.ts";
import { elementsIn, elementsOf, isTensor, type TorchDict, type TorchTensor } from "./value.ts";

/** A tensor as an array of a file, whose numbers are of its type. */
const storedIn = (tensor: TorchTensor): StoredArray => ({
  type: String(tensor.type),
  length: elementsIn(tensor.shape),
  read: () => asStored(tensor.type, elementsOf(tensor)) as StoredElements,
});

/** What a message shows of a list from a file. */
const shown = 5;

/** The first of some names that fit a condition, and that there are more. */
export function firstOf(names: Iterable<unknown>, fits: (name: string) => boolean): string {
  const found: string[] = [];
  for (const name of names) {
    if (fits(String(name)) && found.push(`\`${String(name).slice(0, 80)}\``) > shown) {
      return `${found.slice(0, shown).join(", ")} and more`;
    }
  }
  return found.join(", ");
}

/** Collects what does not fit, and what does. */
export class Loading {
  readonly differences: string[] = [];
  /** What is to be read. */
  readonly arrays: Stored[] = [];
  readonly #live: OptimizerState;
  readonly #step: number | undefined;
  readonly #convert: boolean;
  readonly #steps = new Map<string, number>();

  constructor(live: OptimizerState, step: number | undefined, convert: boolean) {
    this.#live = live;
    this.#step = step;
    this.#convert = convert;
  }

  /** The values of a parameter; undefined where they do not fit. */
  values(
    name: string,
    { data, shape, storage }: AnyParameter,
    tensor: TorchTensor,
  ): Stored | undefined {
    if (String(tensor.shape) !== String(shape)) {
      this.differences.push(
        `parameter \`${name}\` is ${data.constructor.name} of shape [${shape}], the model's is ${tensor.type} of [${tensor.shape}]`,
      );
      return undefined;
    }
    const target = { to: data, kept: storage?.name, parameter: name };
    const from = fitted(storedIn(tensor), undefined, target, this.#convert);
    return this.#taken(from, `parameter \`${name}\``);
  }

  /** @param what of which an array is, or is not */
  #taken(from: Stored | string, what: string): Stored | undefined {
    if (typeof from === "string") {
      this.differences.push(`${what} ${from}`);
      return undefined;
    }
    this.arrays.push(from);
    return from;
  }

  /** What is kept of one parameter. */
  slots(name: string, group: StateGroup, saved: TorchDict): Record<string, Stored> {
    const part = sharedPart(group.rule)!;
    const { optimizer } = part;
    const live = this.#live.parameters[name] ?? {};
    const slots: Record<string, Stored> = Object.create(null);
    const expected = new Set<string>();
    for (const [slot, to] of Object.entries(live)) {
      const torch = torchSlot(part, slot);
      const tensor = torch === undefined ? undefined : saved.get(torch);
      expected.add(torch ?? "");
      if (torch !== undefined && isTensor(tensor)) {
        const kept = group.storages?.[slot];
        const target = { to, kept, parameter: name, state: slot };
        slots[slot] = this.#elements(target, torch, tensor) ?? to;
      } else {
        this.differences.push(
          `parameter \`${name}\`: PyTorch saved no ${torch === undefined ? `\`${slot}\`` : `\`${torch}\` (here \`${slot}\`)`}`,
        );
      }
    }
    const known = new Set(["step", ...Object.keys(optimizer.derived?.(() => 0, 0) ?? {})]);
    const isUnknown = (key: string) =>
      !expected.has(key) && !known.has(key) && saved.get(key) !== null;
    const unknown = firstOf(saved.keys(), isUnknown);
    if (unknown !== "") {
      this.differences.push(
        `parameter \`${name}\`: PyTorch saved ${unknown}, which ${part.name} does not keep with these options`,
      );
    }
    this.#count(name, optimizer, saved);
    return slots;
  }

  #elements(target: Target, torch: string, tensor: TorchTensor): Stored | undefined {
    const { to, kept, parameter, state } = target;
    const shape = this.#live.shapes[parameter]!;
    const whole = kept !== undefined || (to.length === elementsIn(shape) && to.length > 1);
    const fits = whole
      ? String(tensor.shape) === String(shape)
      : elementsIn(tensor.shape) === to.length;
    if (!fits) {
      this.differences.push(
        `parameter \`${parameter}\`: \`${torch}\` has the shape [${tensor.shape}], here it is [${whole ? shape : to.length}]`,
      );
      return undefined;
    }
    // PyTorch keeps this one number in float32, whatever the parameters are.
    const convert = this.#convert || torch === "mu_product";
    const from = fitted(storedIn(tensor), undefined, target, convert);
    return this.#taken(from, `parameter \`${parameter}\`: its state \`${state}\``);
  }

  #count(name: string, { counts, slots }: Shared, saved: TorchDict): void {
    const step = saved.get("step");
    if (isTensor(step) && elementsIn(step.shape) === 1) {
      this.#steps.set(name, Number(elementsOf(step)[0]));
    } else if (typeof step === "number") {
      this.#steps.set(name, step);
    } else if (!counts) {
      const kept = Object.values(slots).some((slot) => isTensor(saved.get(slot)));
      this.#steps.set(name, this.#step ?? (kept ? 1 : 0));
    } else if (this.#step === undefined) {
      this.differences.push(`parameter \`${name}\`: PyTorch saved no \`step\``);
    }
  }

  /** Here one number counts for all. */
  step(): number {
    const counts = new Set(this.#steps.values());
    if (counts.size > 1) {
      const each = [...this.#steps].map(([name, step]) => `\`${name}\` ${step}`);
      this.differences.push(
        `parameters have made different numbers of steps (${each.slice(0, 5).join(", ")}): Gradus keeps one number for all`,
      );
    }
    return counts.values().next().value ?? this.#step ?? 0;
  }
}
