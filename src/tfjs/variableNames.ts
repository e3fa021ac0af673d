/** The names of variables in the state, which may differ from their present names in TensorFlow.js. */
export class VariableNames {
  /** By the variable's name. */
  readonly #names: Map<string, string>;
  readonly #taken: Set<string>;

  constructor(names: Iterable<readonly [variable: string, state: string]> = []) {
    this.#names = new Map(names);
    this.#taken = new Set(this.#names.values());
  }

  /** A variable's name in the state: its own, unless it was saved under another name, or its own name is taken by a saved variable. */
  of(variable: string): string {
    const known = this.#names.get(variable);
    if (known !== undefined) {
      return known;
    }
    let name = variable;
    for (let count = 2; this.#taken.has(name); count++) {
      name = `${variable}#${count}`;
    }
    this.#names.set(variable, name);
    this.#taken.add(name);
    return name;
  }
}
