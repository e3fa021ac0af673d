/** What becomes of the gradients that a step is given. */
import type { Numbers } from "./arithmetic.ts";
import type { Given, Tensors } from "./chain.ts";
import { colsOf, type ElementType, type GradientSpec } from "./composition.ts";

export const round = (values: ArrayLike<number>, type: ElementType): Numbers =>
  type === "float32" ? Float64Array.from(values, Math.fround) : Float64Array.from(values);

/** A gradient in the parameter's type, as it is before the step; of a sparse one each row once. */
export function given({ specs, p }: Tensors, name: string, gradient: GradientSpec): Given {
  const { type, shape } = specs.get(name)!;
  if ("of" in gradient) return { values: round(p.get(gradient.of)!, type) };
  if (!("rows" in gradient)) {
    // What passes through a float32 array is rounded there.
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
