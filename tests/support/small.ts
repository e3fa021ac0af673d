/** A small problem whose whole state can be compared. */
import { adam, chain, clipByGlobalNorm, ema, type Optimizer, parameters } from "../../src/index.ts";

export const small = () => {
  const net = parameters({ w: [3], b: [2] });
  net.w.data.set([1, 2, 3]);
  net.b.data.set([4, 5]);
  return net;
};
export const rule = chain(clipByGlobalNorm(1), adam({ lr: 0.1 }), ema(0.9));

/** The bits of all that a step may change. */
export function snapshot(optimizer: Optimizer): Record<string, readonly number[]> {
  const { parameters: states } = optimizer.state();
  const arrays = Object.entries(optimizer.parameters).flatMap(([name, { data }]) => [
    [name, data] as const,
    ...Object.entries(states[name]!).map(([key, array]) => [`${name} ${key}`, array] as const),
  ]);
  return Object.fromEntries(
    arrays.map(([name, { buffer, byteOffset, byteLength }]) => [
      name,
      [...new Uint8Array(buffer, byteOffset, byteLength)],
    ]),
  );
}
