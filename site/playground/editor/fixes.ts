/** What an error of a rule can be mended with. */
export interface Fix {
  readonly kind: "hyper" | "state";
  readonly name: string;
  readonly label: string;
}

/** An unknown name may be meant as a hyperparameter, or as state. */
export function fixesOf(message: string): readonly Fix[] {
  const name = /^unknown name `([A-Za-z_]\w*)`/.exec(message)?.[1];
  if (name === undefined) return [];
  return [
    { kind: "hyper", name, label: `Make ${name} a hyperparameter` },
    { kind: "state", name, label: `Make ${name} a state` },
  ];
}
