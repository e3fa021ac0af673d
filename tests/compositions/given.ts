/** Prepares the gradients of a step. */
import { type Numbers, normOfAll } from "./arithmetic.ts";
import { type Given, noisy, type Tensors } from "./chain.ts";
import { colsOf, type ElementType, type GradientSpec } from "./composition.ts";

export const round = (values: ArrayLike<number>, type: ElementType): Numbers =>
  type === "float32" ? Float64Array.from(values, Math.fround) : Float64Array.from(values);

/** A gradient in the parameter's type, as before the step; for a sparse one each row once. */
export function given({ specs, p }: Tensors, name: string, gradient: GradientSpec): Given {
  const { type, shape } = specs.get(name)!;
  if ("of" in gradient) return { values: round(p.get(gradient.of)!, type) };
  if (!("rows" in gradient)) {
    // Values that pass through a float32 array are rounded there.
    const exact = gradient.form === "other" ? round(gradient.values, "float32") : gradient.values;
    return { values: round(exact, type) };
  }
  const cols = colsOf(shape);
  const rows = [...new Set(gradient.rows)].sort((a, b) => a - b);
  const values = new Float64Array(rows.length * cols);
  for (const [at, row] of gradient.rows.entries()) {
    for (let col = 0; col < cols; col++) {
      values[rows.indexOf(row) * cols + col]! += gradient.values[at * cols + col]!;
    }
  }
  return { values: round(values, type), rows };
}

/** The curvature with which SAM's gradients change with the parameters. */
export const BOWL = 0.5;

/** The gradients at the point that SAM climbs to (Foret et al., 2021, equation 2; Kwon et al., 2021, for ASAM). */
export function climb(
  tensors: Tensors,
  all: Map<string, Given>,
  { sam: rho, adaptive }: { readonly sam: number; readonly adaptive: boolean },
): void {
  const { p, specs } = tensors;
  const bowl = (name: string, at: Numbers) =>
    round(
      all.get(name)!.values.map((value, i) => value + BOWL * at[i]!),
      specs.get(name)!.type,
    );
  const here = new Map([...all.keys()].map((name) => [name, bowl(name, p.get(name)!)]));
  const unit = (name: string, i: number) => (adaptive ? Math.abs(p.get(name)![i]!) + 0.01 : 1);
  const size = normOfAll([...here].map(([name, g]) => g.map((value, i) => value * unit(name, i))));
  for (const [name, g] of here) {
    const at = p.get(name)!.map((value, i) => {
      return size > 0 ? value + (rho * g[i]! * unit(name, i) ** 2) / size : value;
    });
    all.set(name, { values: bowl(name, noisy(tensors, name, at)) });
  }
}
