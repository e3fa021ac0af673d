/** What an error of a rule can be mended with. */
export interface Fix {
  /** To declare the name as one of these, or to take it away. */
  readonly kind: "hyper" | "state" | "remove";
  readonly name: string;
  readonly label: string;
}

/** An unknown name may be meant as a hyperparameter, or as state; one that nothing needs can go. */
export function fixesOf(message: string): readonly Fix[] {
  const idle = /^the (?:hyperparameter|state) `(\w+)` is never (?:used|assigned)/.exec(
    message,
  )?.[1];
  if (idle !== undefined) return [{ kind: "remove", name: idle, label: `Remove ${idle}` }];
  const name = /^unknown name `([A-Za-z_]\w*)`/.exec(message)?.[1];
  if (name === undefined) return [];
  return [
    { kind: "hyper", name, label: `Make ${name} a hyperparameter` },
    { kind: "state", name, label: `Make ${name} a state` },
  ];
}
