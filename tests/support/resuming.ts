/** A noisy bowl over a matrix and two vectors, on which every rule has an effect. */
import {
  type Backend,
  fromFloat32,
  type NarrowParameter,
  type Optimizer,
  optimize,
  parameters,
  type Rule,
  type Storage,
  toFloat32,
} from "../../src/index.ts";
import { createRandom } from "../../src/tasks/random.ts";

const shapes = { w: [6, 4], b: [5], frozen: [3] } as const;
type Name = keyof typeof shapes;
/** For 16-bit parameters, `data` has their bits. */
type Net = Readonly<Record<Name, { readonly data: FloatArray; readonly shape: readonly number[] }>>;

type FloatArray = Float32Array | Float64Array;

export interface Setting {
  /** The type of the parameters. Default float32. */
  readonly type?: "float32" | "float64" | Storage;
  readonly backend?: Backend;
  readonly threads?: number;
  /** The order in which the parameters are made and named. */
  readonly order?: readonly Name[];
  /** The storage of the states, if it is not the parameters' type. */
  readonly storage?: Storage;
}

export function netOf({ order = ["w", "b", "frozen"], type = "float32" }: Setting = {}): Net {
  const source = Object.fromEntries(order.map((name) => [name, shapes[name]]));
  const net = parameters(source, { type }) as unknown as Net;
  for (const name of Object.keys(shapes) as Name[]) {
    const { data } = net[name];
    // No function of the engine, so that the bits are the same in each.
    const numbers = Array.from(data, (_, i) => (((i + name.length) * 7919) % 101) / 50 - 1);
    data.set(typeof type === "object" ? fromFloat32(numbers, type) : numbers);
  }
  return net;
}

export function bind(
  net: Net,
  rule: Rule,
  { backend, threads = 1, storage }: Setting = {},
): Optimizer<Net> {
  return optimize(net, rule, {
    ...{ seed: 5, threads, ...(backend && { backend }) },
    ...(storage && { storage: { state: storage } }),
  });
}

/** Makes the steps after `from` up to `to`: gradients depend only on the parameters and the step. */
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
        const { data, storage } = net[name] as Partial<NarrowParameter> & Net[Name];
        const noisy = Array.from(storage ? toFloat32(data, storage) : data, (value) => {
          loss += value * value;
          return 2 * value + random.normal();
        });
        return [
          name,
          (data as FloatArray).BYTES_PER_ELEMENT === 8 ? noisy : Float32Array.from(noisy),
        ];
      }),
    ) as Record<Name, FloatArray>;
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
