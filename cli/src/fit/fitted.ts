/** A fitted model. The printed table and the report are made from it. */
import type { CurveFitResult } from "gradus/minimize";
import type { Observations } from "./observations.ts";
import type { Numbers } from "./options.ts";

export interface Fitted {
  readonly path: string;
  /** The model as it was typed. */
  readonly text: string;
  /** The whole command that was typed. */
  readonly command: string;
  readonly observations: Observations;
  /** The columns that the model uses. */
  readonly predictors: readonly string[];
  readonly parameters: readonly string[];
  readonly result: CurveFitResult<Numbers, Numbers>;
  /** The probability of the confidence band. */
  readonly level: number;
}

/** A value with as many digits as two digits of its standard error. */
function shownValue(value: number, error: number): string {
  if (!(error > 0 && Number.isFinite(error)) || value === 0) return value.toPrecision(7);
  const digits = Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(error)) + 2;
  return value.toPrecision(Math.min(15, Math.max(4, digits)));
}

/** Name, value and standard error of each parameter. */
export function parameterRows({ parameters, result }: Fitted): readonly (readonly string[])[] {
  return parameters.map((name) => {
    const [value, error] = [result.x[name]!, result.standardErrors[name]!];
    const shown = Number.isFinite(error) ? error.toPrecision(3) : "not determined";
    return [name, shownValue(value, error), shown];
  });
}
