/** Small networks whose results can be computed by hand. */
import { optimize, type Parameter, parameters, type Rule } from "../../src/index.ts";

type Values = Readonly<Record<string, readonly number[]>>;
type Net<V extends Values> = { readonly [K in keyof V]: Parameter };

/** Vectors with these values, in float64. */
export function valued<const V extends Values>(values: V, type: "float64" | "float32" = "float64") {
  const shapes = Object.fromEntries(
    Object.entries(values).map(([name, list]) => [name, [list.length]]),
  );
  const net = parameters(shapes, { type });
  for (const [name, list] of Object.entries(values)) {
    net[name]!.data.set(list);
  }
  return net as Net<V>;
}

/** The values of each parameter. */
export function valuesOf(net: Readonly<Record<string, { readonly data: ArrayLike<number> }>>) {
  return Object.fromEntries(
    Object.entries(net).map(([name, { data }]) => [name, Array.from(data)]),
  );
}

/** The final parameters of a rule, with one step for each gradient. */
export function movedBy(rule: Rule, start: Values, gradients: readonly Values[], loss?: number) {
  const net = valued(start);
  using optimizer = optimize(net, rule);
  for (const each of gradients) {
    optimizer.step(each as never, loss === undefined ? {} : { loss });
  }
  return valuesOf(net);
}

/** @returns the thrown error, as `Name: message` */
export function thrownBy(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  return "nothing was thrown";
}
