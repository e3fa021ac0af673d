/** Chooses the storage of each state. */
import type { Backend, Storage } from "../../compilers/backend.ts";
import { isEncoded, withRoundings } from "../../compilers/storages/storage.ts";
import { type Rule, stateOf } from "../../rule/definition.ts";
import type { Program } from "../../rule/planning/program.ts";
import { didYouMean } from "../../suggest.ts";
import { tagOf } from "../../tag.ts";
import { BindingError, checkOptions } from "../errors.ts";
import { elements } from "../parameters.ts";
import type { Plan, PlannedTensor, StoragesOf } from "./plans.ts";
import type { Tensor } from "./tensor.ts";

/** How an optimizer keeps its states (docs/storage.md). */
export interface StateStorage {
  /** For all states that have a number for each element, or by name: `m`, or `adam.m`, which takes precedence. */
  readonly state: Storage | Readonly<Record<string, Storage>>;
}

const isStorage = (value: unknown): value is Storage => {
  const { name, Elements } = (value ?? {}) as Partial<Storage>;
  return typeof name === "string" && typeof Elements === "function" && isEncoded(value as Storage);
};

/** @throws {BindingError} if kernels would not find its elements, or a saved state could not distinguish it from other storages */
export function checkStorage({ name, bytes, Elements, encoding, blocks }: Storage): void {
  const width = (Elements as { readonly BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT;
  const wanted = encoding ? 2 : blocks && 1;
  if (bytes !== wanted || width !== wanted || /^(|float32|float64|uint8|uint16)$/.test(name)) {
    throw new BindingError(
      `storage: "${name}" has ${bytes} bytes and Elements of ${width}: with an encoding it has 2, Uint16Array, with blocks 1, Uint8Array, and a name of its own`,
    );
  }
}

export const isBits = (value: unknown): value is Uint16Array => tagOf(value) === "Uint16Array";

/** @throws {BindingError} if it keeps no single elements */
export function checkNarrow(where: string, storage: Storage): void {
  if (!isStorage(storage) || storage.encoding === undefined) {
    const found = (storage as Partial<Storage> | null | undefined)?.name ?? String(storage);
    throw new BindingError(
      `${where}: a storage of 16 bits for each element, such as bfloat16, is wanted, not ${found}`,
    );
  }
  checkStorage(storage);
}

/** @throws {BindingError} if a parameter does not fit its storage */
function checkParameter({ name, storage, data }: Tensor): void {
  if (storage === undefined) {
    return;
  }
  checkNarrow(`parameter \`${name}\``, storage);
  if (!isBits(data)) {
    throw new BindingError(
      `parameter \`${name}\` is kept in ${storage.name}: its \`data\` is a Uint16Array of the bits, which fromFloat32(numbers, storage) makes`,
    );
  }
}

const shortName = (slot: string): string => slot.slice(slot.indexOf(".") + 1);

/**
 * Whether a slot cannot have the storage: routines of whole matrices use it, or it would have blocks while loops go by rows, which
 * need not begin with a block.
 */
const staysWhole = ({ passes }: Program, { blocks }: Storage, slot: string): boolean =>
  passes.some((pass) =>
    pass.form === "routine"
      ? pass.result === slot || pass.matrices.includes(slot)
      : blocks && pass.byRows && [...pass.loads, ...pass.stores].some((each) => each.slot === slot),
  );

/** Whether the slot is an average of the weights that is used for evaluation. */
const isAverage = ({ parts }: Rule, slot: string): boolean =>
  parts.some(
    ({ name, definition }) => definition.evaluation !== undefined && slot.startsWith(`${name}.`),
  );

/** The error for an invalid value of the option; it says what the option is. */
const wrongForm = (value: unknown): BindingError => {
  const is =
    typeof value === "string"
      ? `: "${value}" is a string, bfloat16 a value that gradus exports`
      : "";
  return new BindingError(
    `optimize: storage must be { state: bfloat16 }, or by name { state: { m: bfloat16 } }${is}`,
  );
};

/** Checks states by name. @throws {BindingError} if one is not a storage, or is for a state that no rule can keep so */
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
        `optimize: storage: no part of the rule has the state \`${name}\`${didYouMean(name, names)}`,
      );
    }
    if (meant.every(({ kind }) => kind !== "element")) {
      throw new BindingError(
        `optimize: storage: \`${name}\` is a ${first.kind}, without a number for each element, and cannot have a storage`,
      );
    }
  }
}

type StoragesBySlot = ReturnType<StoragesOf>;

/** Two storages of one name may still differ. */
const isSame = (one: Storage, other: Storage | undefined): boolean =>
  other !== undefined &&
  one.name === other.name &&
  one.encoding === other.encoding &&
  one.blocks === other.blocks &&
  one.rounding === other.rounding;

const areSame = (some: StoragesBySlot, others: StoragesBySlot): boolean =>
  some.size === others.size && [...some].every(([slot, each]) => isSame(each, others.get(slot)));

type Chosen = (rule: Rule, slot: string) => Storage | undefined;

/** Interprets the option for each state. @throws {BindingError} if it is invalid */
function choosing(option: StateStorage, groups: readonly { readonly rule: Rule }[]): Chosen {
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
  for (const each of Object.values(byName ?? { state: state as Storage })) {
    checkStorage(each);
    if (each.rounding?.beside) {
      throw new BindingError(
        `optimize: storage: ${each.rounding.name}(${each.name}) is for parameters; states are ${each.name}, or stochastic(${each.name})`,
      );
    }
  }
  return (rule, slot) => {
    if (byName === undefined) {
      return isAverage(rule, slot) ? undefined : (state as Storage);
    }
    const name = [slot, shortName(slot)].find((each) => Object.hasOwn(byName, each));
    return name === undefined ? undefined : byName[name];
  };
}

/**
 * Makes plans in which some slots have a storage.
 * @param option undefined if only parameters have storages
 * @param groups the groups, with their rules
 * @param backend the backend, which must support the storages
 * @param tensors all parameters, including frozen ones
 * @param plan makes the plans
 * @throws {BindingError} if the option is invalid
 */
export function storing<P extends Plan<PlannedTensor>>(
  option: StateStorage | undefined,
  groups: readonly { readonly rule: Rule }[],
  backend: Pick<Backend, "name" | "keeps">,
  tensors: readonly Tensor[],
  plan: (storagesOf: StoragesOf) => readonly P[],
): readonly P[] {
  tensors.forEach(checkParameter);
  if (!backend.keeps) {
    const what = option === undefined ? "parameters" : "states";
    throw new BindingError(
      `optimize: storage: the backend "${backend.name}" cannot keep ${what} in a storage`,
    );
  }
  const chosen: Chosen = option === undefined ? () => undefined : choosing(option, groups);
  return plan(keeping(chosen)).map(rounded);
}

/** The storages of a program's slots for a tensor. */
function keeping(chosen: Chosen): StoragesOf {
  const known: StoragesBySlot[] = [];
  return (rule, program, { type, shape, storage: own }, evaluation) => {
    const programs = [program, evaluation() ?? []].flat();
    // Gradients are kept in the same way as their parameters.
    const found = new Map(own && ["p", "g"].map((slot) => [slot, own] as const));
    for (const { name, kind, temporary } of program.slots.slice(2)) {
      const storage = chosen(rule, name);
      if (
        storage !== undefined &&
        type === "float32" &&
        kind === "element" &&
        !temporary &&
        elements(shape) >= (storage.least ?? 0) &&
        !programs.some((each) => staysWhole(each, storage, name))
      ) {
        found.set(name, storage);
      }
    }
    const same = known.find((each) => areSame(each, found));
    known.push(...(same ? [] : [found]));
    return same ?? found;
  };
}

/** The plan with slots that are rounded in another way than to the nearest. */
function rounded<P extends Plan<PlannedTensor>>(plan: P): P {
  const program = withRoundings(plan.program, plan.storages);
  const own = plan.storages.get("p");
  const beside = own?.rounding?.beside;
  if (own === undefined || beside === undefined) {
    return { ...plan, program };
  }
  const kept = beside.storage(own);
  const storages = new Map([...plan.storages, ...(kept ? [[beside.slot, kept] as const] : [])]);
  return {
    ...plan,
    program,
    rule: { ...plan.rule, parts: [beside.part, ...plan.rule.parts] },
    storages,
  };
}
