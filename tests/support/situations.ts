/** Small networks whose numbers can be computed by hand. */
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

/** What each parameter holds. */
export function valuesOf(net: Readonly<Record<string, { readonly data: ArrayLike<number> }>>) {
  return Object.fromEntries(
    Object.entries(net).map(([name, { data }]) => [name, Array.from(data)]),
  );
}

/** Where a rule takes these parameters, in as many steps as there are gradients. */
export function movedBy(rule: Rule, start: Values, gradients: readonly Values[], loss?: number) {
  const net = valued(start);
  using optimizer = optimize(net, rule);
  for (const each of gradients) {
    optimizer.step(each as never, loss === undefined ? {} : { loss });
  }
  return valuesOf(net);
}

/** @returns what was thrown, as `Name: message` */
export function thrownBy(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  return "nothing was thrown";
}
