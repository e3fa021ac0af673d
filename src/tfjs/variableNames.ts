/** What state calls variables, where TensorFlow.js calls them otherwise now. */
export class VariableNames {
  /** By the variable's name. */
  readonly #names: Map<string, string>;
  readonly #taken: Set<string>;

  constructor(names: Iterable<readonly [variable: string, state: string]> = []) {
    this.#names = new Map(names);
    this.#taken = new Set(this.#names.values());
  }

  /** The name that state has for a variable: its own, unless it was saved under another, or a saved one has that. */
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
