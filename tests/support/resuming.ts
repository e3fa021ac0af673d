/** A noisy bowl over a matrix and two vectors, in which every rule has something to do. */
import { type Compiler, type Optimizer, optimize, parameters, type Rule } from "../../src/index.ts";
import { createRandom } from "../../src/tasks/random.ts";

const shapes = { w: [6, 4], b: [5], frozen: [3] } as const;
type Name = keyof typeof shapes;
type Net = Readonly<
  Record<Name, { readonly data: Float32Array; readonly shape: readonly number[] }>
>;

export interface Setting {
  readonly backend?: Compiler;
  readonly threads?: number;
  /** In which the parameters are made and named. */
  readonly order?: readonly Name[];
}

export function netOf({ order = ["w", "b", "frozen"] }: Setting = {}): Net {
  const net = parameters(Object.fromEntries(order.map((name) => [name, shapes[name]]))) as Net;
  for (const name of Object.keys(shapes) as Name[]) {
    net[name].data.forEach((_, i, data) => {
      data[i] = Math.sin(1 + i + name.length);
    });
  }
  return net;
}

export function bind(net: Net, rule: Rule, { backend, threads = 1 }: Setting = {}): Optimizer<Net> {
  return optimize(net, rule, { seed: 5, threads, ...(backend && { backend }) });
}

/** Makes the steps after `from` up to `to`: gradients depend on the parameters and the step alone. */
export function train(
  optimizer: { step: Optimizer<Net>["step"] },
  net: Net,
  from: number,
  to: number,
): void {
  for (let t = from + 1; t <= to; t++) {
    const random = createRandom(t);
    let loss = 0;
    const gradients = Object.fromEntries(
      (Object.keys(shapes) as Name[]).map((name) => {
        const noisy = Array.from(net[name].data, (value) => {
          loss += value ** 2;
          return 2 * value + random.normal();
        });
        return [name, Float32Array.from(noisy)];
      }),
    ) as Record<Name, Float32Array>;
    optimizer.step(gradients, { loss });
  }
}

/** The parameters' bits. */
export const bitsOf = (net: Net): Record<string, string> =>
  Object.fromEntries(
    (Object.keys(shapes) as Name[]).map((name) => {
      const { buffer, byteOffset, byteLength } = net[name].data;
      return [name, Buffer.from(buffer, byteOffset, byteLength).toString("hex")];
    }),
  );
