/** Which states are kept otherwise than in the type that a rule computes in. */
import type { Storage } from "../compilers/compiler.ts";
import { isEncoded } from "../compilers/storages/storage.ts";
import { type Rule, stateOf } from "../rule/definition.ts";
import type { Program } from "../rule/program.ts";
import { didYouMean } from "../suggest.ts";
import { BindingError, checkOptions } from "./errors.ts";
import { elements } from "./parameters.ts";
import type { StoragesOf } from "./plans.ts";

/** How states are kept: all of them, or by their names, qualified where two parts share one. */
export interface StateStorage {
  readonly state: Storage | Readonly<Record<string, Storage>>;
}

const isStorage = (value: unknown): value is Storage =>
  typeof (value as Partial<Storage> | null | undefined)?.Elements === "function";

/** Whether a state's name, such as `m` or `adam.m`, stands for a slot. */
const means = (name: string, slot: string): boolean =>
  slot === name || slot.slice(slot.indexOf(".") + 1) === name;

/** The slots that stay as they are: those of whole matrices, and of blocks those of loops by rows, which may not begin with one. */
function excepted({ passes }: Program, storage: Storage): ReadonlySet<string> {
  const slots = passes.flatMap((pass) => {
    if (pass.form === "routine") return [...pass.matrices, pass.result];
    const walked = [...pass.loads, ...pass.stores].map(({ slot }) => slot);
    return storage.blocks && pass.byRows ? walked : [];
  });
  return new Set(slots);
}

/** Whether what is evaluated is made of a part's states: averages of weights. */
const isEvaluated = ({ parts }: Rule, slot: string): boolean =>
  parts.some(
    ({ name, definition }) => definition.evaluation !== undefined && slot.startsWith(`${name}.`),
  );

/** @throws {BindingError} where it is none, or names what no rule keeps */
function check(state: StateStorage["state"], rules: readonly Rule[]): void {
  const all = isStorage(state) ? [] : Object.entries(state ?? {});
  const wrong = isStorage(state)
    ? undefined
    : (all.find(([, each]) => !isStorage(each)) ?? all.length === 0);
  if (wrong) {
    throw new BindingError(
      "optimize: storage is { state: bfloat16 }, or by name { state: { m: bfloat16 } }, of storages that gradus exports",
    );
  }
  const known = rules.flatMap(({ parts }) =>
    parts.flatMap(({ name, definition }) =>
      Object.keys(stateOf(definition)).map((each) => `${name}.${each}`),
    ),
  );
  const missing = all.find(([name]) => !known.some((slot) => means(name, slot)));
  if (missing !== undefined) {
    const short = known.map((slot) => slot.slice(slot.indexOf(".") + 1));
    throw new BindingError(
      `optimize: storage: no part of the rule keeps \`${missing[0]}\`${didYouMean(missing[0], short)}`,
    );
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
  checkOptions("optimize: storage", option, ["state"]);
  const { state } = option;
  check(
    state,
    groups.map(({ rule }) => rule),
  );
  const chosen = (rule: Rule, slot: string): Storage | undefined => {
    if (isStorage(state)) {
      return isEvaluated(rule, slot) ? undefined : state;
    }
    return Object.entries(state).find(([name]) => means(name, slot))?.[1];
  };
  return (rule, program, { type, shape }) => {
    const found = new Map<string, Storage>();
    for (const { name, kind, temporary } of program.slots.slice(2)) {
      const storage = chosen(rule, name);
      if (
        storage !== undefined &&
        isEncoded(storage) &&
        type === "float32" &&
        kind === "element" &&
        !temporary &&
        elements(shape) >= (storage.least ?? 0) &&
        !excepted(program, storage).has(name)
      ) {
        found.set(name, storage);
      }
    }
    return found;
  };
}
