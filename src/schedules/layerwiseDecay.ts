import { powerOf } from "../numbers/power.ts";
import {
  type Check,
  countOrZero,
  numberOrSchedule,
  positive,
  readOptions,
  ScheduleError,
} from "./options.ts";
import { scaled } from "./scaled.ts";
import type { Schedule } from "./schedule.ts";
import { show } from "./show.ts";

/** Options of {@link layerwiseDecay}. */
export interface LayerwiseDecayOptions<Others extends object = object> {
  /** Learning rate of the last layer: a number or a schedule. */
  readonly lr: number | Schedule;
  /** Factor from each layer to the one before it. Above 0; default 0.75. */
  readonly decay?: number;
  /**
   * Index of a parameter's layer by its name: 0 for the first, which has the smallest rate.
   * @param name of the parameter, as `block.w`
   */
  readonly layers: (name: string) => number;
  /**
   * Other hyperparameters of a parameter by its name, such as `{ weightDecay: 0 }` for biases. Default
   * none.
   * @param name of the parameter
   */
  readonly others?: (name: string) => Others;
}

/** A group as `optimize` takes it. */
export type LayerGroup<Others extends object = object> = Others & {
  readonly match: (name: string) => boolean;
  readonly lr: number | Schedule;
};

/**
 * Groups for `optimize` in which each layer learns slower than the one after it: the rate of layer `i`
 * is `lr * decay^(last - i)`, where `last` is the largest index. That is usual where a trained network
 * is tuned further.
 *
 * Parameters of one layer whose `others` are equal make one group. `optimize` takes a parameter in one
 * group only, so that what else is to differ goes into `others`.
 *
 * Source: Howard and Ruder 2018, "Universal Language Model Fine-tuning for Text Classification",
 * section 3.2, with 1 / 2.6; Bao et al. 2022, "BEiT: BERT Pre-Training of Image Transformers"; the
 * `param_groups_layer_decay` of timm, whose `layer_decay` is `decay`, 0.75 by default. PyTorch and Optax
 * have nothing of the kind.
 *
 * @param parameters - The parameters, or their names.
 * @throws {@link ScheduleError} if an option is missing, unknown or out of range, or if `layers` gives
 * no whole number.
 * @example
 * ```ts
 * const layers = (name) => (name === "head" ? 2 : name.startsWith("block") ? 1 : 0);
 * const groups = layerwiseDecay(["embedding", "block.w", "head"], { lr: 0.4, decay: 0.5, layers });
 * groups.map(({ lr }) => lr); // [0.1, 0.2, 0.4]
 * groups[1].match("block.w"); // true
 * ```
 */
export function layerwiseDecay<Others extends object = Record<never, never>>(
  parameters: Iterable<string> | Readonly<Record<string, unknown>>,
  options: LayerwiseDecayOptions<Others>,
): LayerGroup<Others>[] {
  const { lr, decay, layers, others } = readOptions<LayerwiseDecayOptions>(
    "layerwiseDecay",
    options,
    {
      lr: { is: numberOrSchedule },
      decay: { is: positive, default: 0.75 },
      layers: { is: aFunction },
      others: { is: aFunction, default: () => ({}) },
    },
  );
  const kinds: { layer: number; others: object; names: Set<string> }[] = [];
  for (const name of namesOf(parameters)) {
    const kind = { layer: layerOf(name, layers), others: others(name), names: new Set([name]) };
    const same = kinds.find(
      (other) => other.layer === kind.layer && equal(other.others, kind.others),
    );
    if (same === undefined) kinds.push(kind);
    else same.names.add(name);
  }
  const last = Math.max(...kinds.map(({ layer }) => layer));
  kinds.sort((a, b) => a.layer - b.layer);
  return kinds.map(({ layer, others, names }) => {
    const scale = powerOf(decay, last - layer);
    return {
      ...(others as Others),
      match: (name: string) => names.has(name),
      lr: typeof lr === "number" ? lr * scale : scaled(lr, scale),
    };
  });
}

function namesOf(
  parameters: Iterable<string> | Readonly<Record<string, unknown>>,
): Iterable<string> {
  return Symbol.iterator in parameters ? (parameters as Iterable<string>) : Object.keys(parameters);
}

function layerOf(name: string, layers: (name: string) => number): number {
  const layer = layers(name);
  if (countOrZero.accepts(layer)) return layer;
  throw new ScheduleError(
    "layerwiseDecay",
    `\`layers\` gave ${show(layer)} for \`${name}\`; a layer must be ${countOrZero.allowed}`,
  );
}

/** Whether two objects have the same entries. */
function equal(a: object, b: object): boolean {
  const [left, right] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  return (
    left.length === right.size &&
    left.every(([name, value]) => right.has(name) && right.get(name) === value)
  );
}

const aFunction: Check<(name: string) => never> = {
  allowed: "a function of a parameter's name",
  accepts: (value): value is (name: string) => never => typeof value === "function",
};
