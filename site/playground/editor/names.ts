/** The names of a rule, and what each stands for. */
export interface Names {
  readonly hyper: readonly string[];
  readonly state: readonly string[];
  readonly functions: readonly { readonly name: string; readonly operands: readonly string[] }[];
}

/** What every rule has. */
export const givenNames: Readonly<Record<string, string>> = {
  g: "the gradient",
  p: "the parameter",
  u: "the direction: the step is p - lr * u",
  t: "the number of this step, from 1",
  loss: "the value at the parameters",
  rows: "of a matrix, its rows",
  cols: "of a matrix, its columns",
  size: "how many numbers the parameter has",
};

export type NameKind = "given" | "hyper" | "state" | "function" | "local";

export function kindOf(name: string, { hyper, state, functions }: Names): NameKind {
  if (Object.hasOwn(givenNames, name)) return "given";
  if (hyper.includes(name)) return "hyper";
  if (state.includes(name)) return "state";
  return functions.some((each) => each.name === name) ? "function" : "local";
}

/** A comment, a number, or a name: all that has a color. */
export const tokens =
  /(?<comment>#[^\n]*)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)/g;

/** Names that the lines of a rule assign, each once. */
export const localsIn = (text: string, names: Names): readonly string[] => [
  ...new Set(
    [...text.matchAll(/^[ \t]*([A-Za-z_]\w*)[ \t]*=(?!=)/gm)]
      .map(([, name]) => name!)
      .filter((name) => kindOf(name, names) === "local"),
  ),
];
