/**
 * Finds out whether training moves weights that are rounded to 16 bits. A step of less than half the distance to the next
 * number is rounded away.
 */
import type { ParameterSource } from "gradus";
import { formatPercent } from "../../../charts/format.ts";
import type { Kept } from "./kept.ts";

/** All bits but the sign. */
const magnitude = 0x7fff;

/** Compares the bits of the weights before and after a step. */
export class Movement {
  readonly #watched: readonly {
    readonly bits: Uint16Array;
    readonly gradient: Uint16Array;
    readonly before: Uint16Array;
  }[];

  /** @param parameters and their gradients, all in 16 bits */
  constructor(parameters: ParameterSource, gradients: Readonly<Record<string, unknown>>) {
    this.#watched = Object.entries(parameters).map(([name, parameter]) => {
      const bits = (parameter as unknown as { readonly data: Uint16Array }).data;
      const gradient = gradients[name] as Uint16Array;
      return { bits, gradient, before: new Uint16Array(bits.length) };
    });
  }

  /** Call before a step. */
  begin(): void {
    for (const { bits, before } of this.#watched) before.set(bits);
  }

  /**
   * Call after the step. @returns the share of the weights that moved, among those with a gradient that is not 0; undefined if
   * none has one
   */
  share(): number | undefined {
    let [asked, moved] = [0, 0];
    for (const { bits, gradient, before } of this.#watched) {
      for (let i = 0; i < bits.length; i++) {
        if ((gradient[i]! & magnitude) === 0) continue;
        asked++;
        if (bits[i] !== before[i]) moved++;
      }
    }
    return asked === 0 ? undefined : moved / asked;
  }
}

/**
 * A threshold for the share that moves at the end. Below it, losses are worse than in float32 by far more than seeds differ;
 * above it, they are not (docs/storage.md).
 */
const FEW = 0.25;

/**
 * Says that a run stood still at its end, and what to choose instead.
 * @param moved the shares of the weights that moved, of the steps that were looked at
 */
export function standstillOf(moved: readonly number[], { type }: Kept): string | undefined {
  const last = moved.slice(-Math.ceil(moved.length / 4));
  const share = last.reduce((sum, each) => sum + each, 0) / last.length;
  if (last.length === 0 || share >= FEW) return undefined;
  return (
    `The weights hardly moved: of the weights with a gradient, a step moved ${formatPercent(share)} at the end; ` +
    `the others changed by less than half a unit of ${type}, and were rounded back. ` +
    "Use --rounding compensated or stochastic, a wider --type, or a larger --lr."
  );
}
