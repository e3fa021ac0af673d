/** Which states are kept otherwise than in the type that a rule computes in. */
import type { Storage } from "../compilers/compiler.ts";
import { type Rule, stateOf } from "../rule/definition.ts";
import type { Program } from "../rule/program.ts";
import { didYouMean } from "../suggest.ts";
import { BindingError, checkOptions } from "./errors.ts";
import type { StoragesOf } from "./plans.ts";

/** How an optimizer keeps what it has (docs/storage.md). */
export interface StateStorage {
  /** Of all states that have a number for each element, or by their names: `m`, or `adam.m`, which counts before `m`. */
  readonly state: Storage | Readonly<Record<string, Storage>>;
}

const isStorage = (value: unknown): value is Storage => {
  const { name, Elements, encoding } = (value ?? {}) as Partial<Storage>;
  return typeof name === "string" && typeof Elements === "function" && encoding !== undefined;
};

/** @throws {BindingError} where kernels would not find its elements, or states could not tell it from others */
function checkStorage({ name, bytes, Elements }: Storage): void {
  const width = (Elements as { readonly BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT;
  if (bytes !== width || bytes > 2 || /^(|float32|float64|uint16)$/.test(name)) {
    throw new BindingError(
      `optimize: storage: "${name}" has ${bytes} bytes and Elements of ${width}: a storage has 2, Uint16Array, and a name of its own`,
    );
  }
}

const shortName = (slot: string): string => slot.slice(slot.indexOf(".") + 1);

/** The slots that routines of whole matrices read or write. */
const ofMatrices = ({ passes }: Program): string[] =>
  passes.flatMap((pass) => (pass.form === "routine" ? [...pass.matrices, pass.result] : []));

/** Says what the option is, and what is wrong with a value in its place. */
const wrongForm = (value: unknown): BindingError => {
  const is =
    typeof value === "string"
      ? `: "${value}" is a string, bfloat16 a value that gradus exports`
      : "";
  return new BindingError(
    `optimize: storage is { state: bfloat16 }, or by name { state: { m: bfloat16 } }${is}`,
  );
};

/** Of states by name. @throws {BindingError} where it is none, or names what no rule keeps so */
function check(state: Readonly<Record<string, Storage>>, rules: readonly Rule[]): void {
  const all = Object.entries(state);
  const wrong = all.find(([, each]) => !isStorage(each));
  if (wrong || all.length === 0) {
    throw wrongForm(wrong?.[1]);
  }
  const known = rules.flatMap(({ parts }) =>
    parts.flatMap(({ name, definition }) =>
      Object.entries(stateOf(definition)).map(([each, { kind }]) => ({
        ...{ slot: `${name}.${each}`, short: each, kind },
      })),
    ),
  );
  for (const [name] of all) {
    const meant = known.filter(({ slot, short }) => name === slot || name === short);
    const [first] = meant;
    if (first === undefined) {
      const names = known.flatMap(({ slot, short }) => [slot, short]);
      throw new BindingError(
        `optimize: storage: no part of the rule keeps \`${name}\`${didYouMean(name, names)}`,
      );
    }
    if (meant.every(({ kind }) => kind !== "element")) {
      throw new BindingError(
        `optimize: storage: \`${name}\` has no number for each element, but is a ${first.kind}, and is kept as it is computed`,
      );
    }
  }
}

/**
 * @param groups the rules that there are
 * @throws {BindingError} where the option is wrong
 */
export function storing(
  option: StateStorage,
  groups: readonly { readonly rule: Rule }[],
): StoragesOf {
  const isObject = typeof option === "object" && option !== null && !isStorage(option);
  if (isObject) {
    checkOptions("optimize: storage", option, ["state"]);
  }
  const state: unknown = isObject ? option.state : option;
  if (!isObject || typeof state !== "object" || state === null) {
    throw wrongForm(state);
  }
  const byName = isStorage(state) ? undefined : (state as Readonly<Record<string, Storage>>);
  if (byName !== undefined) {
    const rules = groups.map(({ rule }) => rule);
    check(byName, rules);
  }
  Object.values(byName ?? { state: state as Storage }).forEach(checkStorage);
  const chosen = (slot: string): Storage | undefined => {
    if (byName === undefined) {
      return state as Storage;
    }
    const name = [slot, shortName(slot)].find((each) => Object.hasOwn(byName, each));
    return name === undefined ? undefined : byName[name];
  };
  return (program, type, evaluation) => {
    const excepted = new Set([program, evaluation() ?? []].flat().flatMap(ofMatrices));
    return new Map(
      program.slots.slice(2).flatMap(({ name, kind, temporary }) => {
        const storage = chosen(name);
        const fits = type === "float32" && kind === "element" && !temporary && !excepted.has(name);
        return fits && storage?.encoding ? [[name, storage] as const] : [];
      }),
    );
  };
}
