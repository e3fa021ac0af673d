/** Reads plain data of which nothing is known. */

/** What is wrong with a state, in one sentence. */
export class StateError extends Error {
  override readonly name = "StateError";
}

/** As many names as an object may have. */
const mostNames = 100;
/** Names that rules can have, and none that an object has by itself. */
const isName = (name: string) => /^[A-Za-z_]\w{0,59}$/.test(name) && !(name in {});

/** One object, whose members are read by name. */
export class Reader {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #where: string;

  /** @param where what messages call it */
  constructor(value: unknown, where: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new StateError(`${where} must be an object`);
    this.#object = value as Readonly<Record<string, unknown>>;
    this.#where = where;
  }

  #get(name: string): unknown {
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
  }

  #refuse(name: string, wanted: string): never {
    throw new StateError(`${name} of ${this.#where} must be ${wanted}`);
  }

  number(name: string, least: number, most: number): number {
    const value = this.#get(name);
    if (typeof value !== "number" || !(value >= least && value <= most))
      this.#refuse(name, `a number from ${least} to ${most}`);
    // JSON has no -0.
    return value + 0;
  }

  whole(name: string, least: number, most: number): number {
    const value = this.number(name, least, most);
    if (!Number.isInteger(value)) this.#refuse(name, "a whole number");
    return value;
  }

  text(name: string, longest: number): string {
    const value = this.#get(name);
    if (typeof value !== "string" || value.length > longest)
      this.#refuse(name, `a text of at most ${longest} characters`);
    return value;
  }

  numberOrText(name: string, longest: number): number | string {
    return typeof this.#get(name) === "string"
      ? this.text(name, longest)
      : this.number(name, -Number.MAX_VALUE, Number.MAX_VALUE);
  }

  /** A number, infinity too, or a switch. */
  setting(name: string): number | boolean {
    const value = this.#get(name);
    return typeof value === "boolean"
      ? value
      : this.number(name, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  }

  choice<const T extends string>(name: string, choices: readonly T[]): T {
    const value = this.#get(name);
    const found = choices.find((each) => each === value);
    return found ?? this.#refuse(name, `one of ${choices.join(", ")}`);
  }

  optional<T>(name: string, read: () => T): T | undefined {
    return this.#get(name) === undefined ? undefined : read();
  }

  inside(name: string): Reader {
    return new Reader(this.#get(name), `${name} of ${this.#where}`);
  }

  pair(name: string): readonly [number, number] {
    const value = this.#get(name);
    const isNumber = (each: unknown) => typeof each === "number" && Math.abs(each) <= 1e6;
    if (!Array.isArray(value) || value.length !== 2 || !value.every(isNumber))
      this.#refuse(name, "two numbers of at most a million");
    return [value[0] + 0, value[1] + 0];
  }

  list(name: string, least: number, most: number): readonly Reader[] {
    const value = this.#get(name);
    if (!Array.isArray(value) || value.length < least || value.length > most)
      this.#refuse(name, `a list of ${least} to ${most}`);
    return value.map((each, i) => new Reader(each, `${name} ${i + 1} of ${this.#where}`));
  }

  /** All members, each by its name. */
  entries<T>(read: (reader: Reader, name: string) => T): Readonly<Record<string, T>> {
    const names = Object.keys(this.#object);
    if (names.length > mostNames)
      throw new StateError(`${this.#where} may have ${mostNames} names at most`);
    const wrong = names.find((name) => !isName(name));
    if (wrong !== undefined)
      throw new StateError(`${this.#where} has a name that no rule can have`);
    return Object.fromEntries(names.map((name) => [name, read(this, name)]));
  }
}
