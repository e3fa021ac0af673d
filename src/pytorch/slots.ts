/** What PyTorch kept of each parameter, as Gradus keeps it. */
import { type FloatArray, typeOf } from "../runtime/memory/memory.ts";
import type { OptimizerState, StateGroup } from "../runtime/state/state.ts";
import { type Shared, sharedPart, torchSlot } from "./optimizers.ts";
import { elementsIn, elementsOf, isTensor, type TorchDict, type TorchTensor } from "./value.ts";

/** Elements of a tensor in the kind of array that is here; widening loses nothing. */
export function elementsLike(tensor: TorchTensor, like: FloatArray): FloatArray {
  const found = elementsOf(tensor);
  if (typeOf(like) === "float64" && typeOf(found) === "float32") {
    return Float64Array.from(found as Float32Array);
  }
  return found as FloatArray;
}

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

/** Collects what does not fit. */
export class Loading {
  readonly differences: string[] = [];
  readonly #live: OptimizerState;
  readonly #step: number | undefined;
  readonly #steps = new Map<string, number>();

  constructor(live: OptimizerState, step: number | undefined) {
    this.#live = live;
    this.#step = step;
  }

  /** What is kept of one parameter. */
  slots(name: string, group: StateGroup, saved: TorchDict): Record<string, FloatArray> {
    const part = sharedPart(group.rule)!;
    const { optimizer } = part;
    const live = this.#live.parameters[name] ?? {};
    const slots: Record<string, FloatArray> = Object.create(null);
    const expected = new Set<string>();
    for (const slot of Object.keys(live)) {
      const torch = torchSlot(part, slot);
      const tensor = torch === undefined ? undefined : saved.get(torch);
      expected.add(torch ?? "");
      const kept = group.storages?.[slot];
      if (kept !== undefined) {
        this.differences.push(
          `parameter \`${name}\`: its state \`${slot}\` is kept as ${kept}, PyTorch saved numbers: load them without \`storage\``,
        );
      } else if (torch !== undefined && isTensor(tensor)) {
        slots[slot] = this.#elements(name, torch, tensor, live[slot] as FloatArray);
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
        `parameter \`${name}\`: PyTorch saved ${unknown}, which ${part.name} does not keep as it is set`,
      );
    }
    this.#count(name, optimizer, saved);
    return slots;
  }

  #elements(name: string, torch: string, tensor: TorchTensor, like: FloatArray): FloatArray {
    const shape = this.#live.shapes[name]!;
    const whole = like.length === elementsIn(shape) && like.length > 1;
    const fits = whole
      ? String(tensor.shape) === String(shape)
      : elementsIn(tensor.shape) === like.length;
    if (!fits) {
      this.differences.push(
        `parameter \`${name}\`: \`${torch}\` has the shape [${tensor.shape}], here it is [${whole ? shape : like.length}]`,
      );
      return like;
    }
    return elementsLike(tensor, like);
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
        `parameters have made different numbers of steps (${each.slice(0, 5).join(", ")}): here one number counts for all`,
      );
    }
    return counts.values().next().value ?? this.#step ?? 0;
  }
}
