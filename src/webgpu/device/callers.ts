/** The caller's buffers that an optimizer uses, with their names. */

import type { GpuGiven, Rebound } from "../settings.ts";
import type { GpuTensor, Place } from "../tensor.ts";
import type { Named } from "./probing.ts";

/** The buffers of parameters and gradients, each once. */
export function buffersOf(
  tensors: readonly GpuTensor[],
  gradients: ReadonlyMap<GpuTensor, Place>,
): Named[] {
  const all = tensors
    .filter(({ length }) => length > 0)
    .flatMap((tensor) => [
      { what: `parameter \`${tensor.name}\``, buffer: tensor.parameter.buffer },
      { what: `the gradient of \`${tensor.name}\``, buffer: gradients.get(tensor)!.buffer },
    ]);
  return [...new Map(all.toReversed().map((each) => [each.buffer, each])).values()].toReversed();
}

/** The buffers of an optimizer, and of one of its steps. */
export const buffersUsed = ({ tensors, gradients }: Rebound, given: GpuGiven = {}): Named[] => [
  ...buffersOf(tensors, gradients),
  ...buffersGiven(given),
];

/** The buffers that were given to one step only. */
function buffersGiven({ gradients = {}, rows = {} }: GpuGiven): Named[] {
  return [
    ...Object.entries(gradients).map(([name, { buffer }]) => ({
      ...{ what: `the gradient of \`${name}\` that the last step was given`, buffer },
    })),
    ...Object.entries(rows).map(([name, rows]) => ({
      what: `rows of \`${name}\` that the last step was given`,
      buffer: "mask" in rows ? rows.mask : rows.buffer,
    })),
  ];
}
