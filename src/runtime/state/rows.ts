/** Which states follow the rows of their parameter, and checks of what `remap` is given. */
import { type Kind, heightOf as linesOf, widthOf } from "../../rule/graph/kinds.ts";
import { ownSlots } from "../../rule/planning/program.ts";
import { didYouMean } from "../../suggest.ts";
import type { Plan, PlannedTensor } from "../binding/plans.ts";
import { BindingError } from "../errors.ts";

type Shaped = Pick<PlannedTensor, "name" | "shape">;

/** The axis of a parameter's rows in its rule, where a vector is a matrix with one row. */
const axisOf = ({ shape }: Pick<PlannedTensor, "shape">) => (shape.length === 1 ? "cols" : "rows");

/** Whether a state has something for each row of its parameter. */
export function follows(kind: Kind, tensor: Pick<PlannedTensor, "shape">): boolean {
  const axis = axisOf(tensor);
  return linesOf(kind) === axis || widthOf(kind) === axis;
}

/** The parameters with these names. @throws {BindingError} if one does not exist, or has no rows */
export function movedOf<T extends Shaped>(all: readonly T[], names: readonly string[]): T[] {
  const known = all.map(({ name }) => name);
  return names.map((name) => {
    const found = all.find((each) => each.name === name);
    if (found === undefined) {
      throw new BindingError(`remap: there is no parameter \`${name}\`${didYouMean(name, known)}`);
    }
    if (found.shape.length === 0) {
      throw new BindingError(`remap: parameter \`${name}\` is a single number, which has no rows`);
    }
    return found;
  });
}

/** @throws {BindingError} if a parameter's rows have another shape than before */
export function checkRowsAlike(
  name: string,
  before: readonly number[],
  now: readonly number[],
): void {
  if (before.length !== now.length || String(before.slice(1)) !== String(now.slice(1))) {
    throw new BindingError(
      `remap: parameter \`${name}\` had the shape [${before}], but has [${now}] now: only its number of rows may change`,
    );
  }
}

/** @throws {BindingError} if a list does not have one entry for each row of a parameter */
export function checkCount(
  name: string,
  rows: number,
  count: number | undefined,
  isElsewhere: boolean,
): void {
  if (rows !== count) {
    const advice = isElsewhere
      ? ""
      : `: pass parameters with another number of rows as { parameters: { ${name}: ... } }`;
    throw new BindingError(
      `remap: parameter \`${name}\` has ${rows} rows, but the list has ${count}${advice}`,
    );
  }
}

/** @throws {BindingError} if a rule has a state that cannot follow its parameter's rows */
export function checkFollowing(
  tensor: Shaped,
  { rule, program }: Pick<Plan<PlannedTensor>, "rule" | "program">,
): void {
  const { name } = tensor;
  const axis = axisOf(tensor);
  const square = ownSlots(program).find(
    ({ kind, temporary }) => !temporary && linesOf(kind) === axis && widthOf(kind) === axis,
  );
  if (square !== undefined) {
    const rules = rule.parts.map((part) => part.name).join(" + ");
    throw new BindingError(
      `remap: parameter \`${name}\`: \`${square.name}\` of ${rules} is a matrix over all of its rows, which cannot follow them: use a rule with state by element, row or column, such as adam or adafactor, or bind again`,
    );
  }
}
