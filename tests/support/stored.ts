/** A small net, gradients for it, and runs whose states have 16 bits. */
import {
  bfloat16,
  type OptimizeOptions,
  optimize,
  type ParameterSource,
  parameters,
  type Rule,
} from "../../src/index.ts";

/** The same names with other values. */
export const mapped = <V, W>(
  record: Readonly<Record<string, V>>,
  change: (value: V, name: string) => W,
): Record<string, W> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));

export const shapes = { w: [6, 7], b: [5] } as const;

export const number = (i: number, t: number): number =>
  Math.fround(((i * 7919 + t * 104_729) % 101) / 50 - 1);

export function netOf<S extends Readonly<Record<string, readonly number[]>>>(of: S) {
  const net = parameters(of);
  for (const { data } of Object.values(net)) {
    data.forEach((_, i) => void (data[i] = number(i, 1)));
  }
  return net;
}

export const gradientsOf = (net: object, t: number) =>
  mapped(net as Record<string, { data: Float32Array }>, ({ data }) =>
    data.map((value, i) => value + number(i, 100 + t)),
  ) as never;

export const storage = { state: bfloat16 };

/** Makes steps of a net, and returns the results. */
export function train(
  rule: Rule,
  options: OptimizeOptions = {},
  net: ParameterSource = netOf(shapes),
  steps = 4,
) {
  using optimizer = optimize(net, rule, { storage, threads: 1, ...options });
  for (let t = 1; t <= steps; t++)
    optimizer.step(gradientsOf(optimizer.parameters, t), { loss: 1 });
  return seenOf(optimizer);
}

export function seenOf(optimizer: ReturnType<typeof optimize<ParameterSource, never>>) {
  return {
    values: mapped(optimizer.parameters as Record<string, { data: Float32Array }>, ({ data }) => [
      ...data,
    ]),
    state: optimizer.state().parameters,
  };
}
