/** Takes over what PyTorch has saved of a model and its optimizer. */
import { fromTheStart } from "../runtime/binding/ages.ts";
import { conversionsIn, provideConversions } from "../runtime/conversions.ts";
import { RestoreError } from "../runtime/errors.ts";
import type { AnyParameter } from "../runtime/parameters.ts";
import type { RestoreOptions, RestoreReport, SavedState } from "../runtime/state/restore.ts";
import { mapped, type OptimizerState, type StateGroup } from "../runtime/state/state.ts";
import { hyperOf, sharedPart } from "./optimizers.ts";
import { firstOf, Loading } from "./slots.ts";
import { isDict, isTensor, type TorchDict, type TorchValue } from "./value.ts";

/** An optimizer of Gradus, on parameters in arrays. */
export interface TorchTarget {
  /** By name: values and shape. */
  readonly parameters: Readonly<Record<string, AnyParameter>>;
  /** As `state()`, with the arrays themselves, which steps change. */
  stateViews(): OptimizerState;
  /** Goes on where a saved state was, by the names of parameters. */
  restore(state: SavedState, options?: RestoreOptions): RestoreReport;
}

/** State dicts, as `readTorch` gives them; either may be left out. */
export interface TorchStates {
  /** Of the model: its tensors by name. */
  readonly model?: TorchValue | undefined;
  /** Of the optimizer. */
  readonly optimizer?: TorchValue | undefined;
}

/** Options of {@link loadTorch}. */
export interface LoadTorchOptions {
  /**
   * PyTorch's names of parameters to those here, in the order of PyTorch's `model.parameters()`, such as
   * `{ "0.weight": "w1" }`. Default: the names are the same, and the order is that of the optimizer's `param_names`, which
   * it has if it was made of `named_parameters()`, else of the model's state dict.
   */
  readonly names?: Readonly<Record<string, string>>;
  /** Updates made, for optimizers that do not count them in PyTorch (SGD). Default 1 if there is any state, else 0. */
  readonly step?: number;
  /**
   * Converts tensors of another type than is kept here, such as bfloat16, into it: the report says which, and how they were rounded.
   * By default they are an error.
   */
  readonly convert?: boolean;
}

function refuse(what: string): never {
  throw new RestoreError([what]);
}

/** PyTorch's groups: the settings, and the numbers that parameters have in its state. */
interface Groups {
  readonly state: TorchDict;
  readonly groups: readonly TorchDict[];
  readonly ids: readonly (string | number)[];
}

function groupsIn(saved: TorchValue): Groups {
  const [state, groups] = isDict(saved) ? [saved.get("state"), saved.get("param_groups")] : [];
  if (!isDict(state) || !Array.isArray(groups) || !groups.every(isDict)) {
    refuse(
      'the optimizer\'s state dict has `state` and `param_groups`: pass readTorch(file).get("optimizer"), or the name under which it was saved',
    );
  }
  return {
    state: state as TorchDict,
    groups: groups as readonly TorchDict[],
    ids: idsIn(groups as readonly TorchDict[]),
  };
}

/** Each once: groups of a file may be one and the same. */
function idsIn(groups: readonly TorchDict[]): (string | number)[] {
  const ids = new Set<string | number>();
  for (const group of groups) {
    const list = group.get("params");
    for (const id of Array.isArray(list) ? list : refuse("a group has no `params`")) {
      if ((typeof id !== "number" && typeof id !== "string") || ids.has(id)) {
        refuse(
          "the optimizer's groups must have a number for each parameter, and each number once",
        );
      }
      ids.add(id);
    }
  }
  return [...ids];
}

/** Names that the groups list, one for each parameter; undefined where they do not. */
function listedNames({ groups, ids }: Groups): readonly string[] | undefined {
  const names: string[] = [];
  for (const group of groups) {
    const list = group.get("param_names");
    for (const name of Array.isArray(list) ? list : []) {
      if (typeof name !== "string" || names.push(name) > ids.length) {
        return undefined;
      }
    }
  }
  return names.length > 0 && names.length === ids.length ? names : undefined;
}

/** PyTorch's names in the order of its parameters. */
function namesIn(
  { names }: LoadTorchOptions,
  groups: Groups | undefined,
  model: TorchDict | undefined,
): readonly string[] {
  if (names !== undefined) {
    return Object.keys(names);
  }
  const listed = groups && listedNames(groups);
  if (listed !== undefined) {
    return listed;
  }
  const keys = model && [...model.keys()].map(String);
  if (keys === undefined || (groups !== undefined && keys.length !== groups.ids.length)) {
    refuse(
      'the file does not say which parameter is which: pass their names in the order of model.parameters(), { names: { weight: "weight", bias: "bias" } }',
    );
  }
  return keys!;
}

/** Values of parameters that are to be set. */
function valuesIn(
  parameters: TorchTarget["parameters"],
  model: TorchDict,
  toTorch: (name: string) => string,
  loading: Loading,
): (() => void)[] {
  return Object.keys(parameters).flatMap((name) => {
    const parameter = parameters[name]!;
    const tensor = model.get(toTorch(name));
    if (!isTensor(tensor)) {
      loading.differences.push(`the model has no tensor \`${toTorch(name)}\``);
      return [];
    }
    const found = loading.values(name, parameter, tensor);
    const values = found && ("read" in found ? found.read() : found);
    return values === undefined ? [] : () => parameter.data.set(values);
  });
}

/** What there is there, and here. */
function compareNames(
  live: OptimizerState,
  count: number,
  torchNames: readonly string[],
  toTorch: (name: string) => string,
  differences: string[],
): void {
  if (torchNames.length !== count) {
    differences.push(
      `PyTorch's optimizer has ${count} parameters, and ${torchNames.length} are named`,
    );
  }
  const here = new Set(Object.keys(live.shapes).map(toTorch));
  const missing = firstOf(torchNames, (name) => !here.has(name));
  if (missing !== "") {
    differences.push(`there is no parameter here for PyTorch's ${missing}`);
  }
  if (Object.keys(live.nested).length > 0) {
    differences.push("a wrapper keeps state that PyTorch's optimizers do not have");
  }
}

/** The state as Gradus would have saved it. */
function savedState(
  live: OptimizerState,
  { state, groups, ids }: Groups,
  torchNames: readonly string[],
  toTorch: (name: string) => string,
  loading: Loading,
): SavedState {
  const { differences } = loading;
  compareNames(live, ids.length, torchNames, toTorch, differences);
  const settings = new Map(
    groups.flatMap((group) =>
      (group.get("params") as (string | number)[]).map((id) => [id, group]),
    ),
  );
  const places = new Map(torchNames.map((name, index) => [name, ids[index]]));
  const idOf = (name: string) => places.get(toTorch(name));
  const now = new Map(
    live.groups.flatMap((group) => group.parameters.map((name) => [name, group])),
  );
  const parameters = mapped(live.shapes, (_, name) => {
    const [id, group] = [idOf(name), now.get(name)];
    const saved = id === undefined ? undefined : state.get(id);
    if (group === undefined) {
      return {};
    }
    if (sharedPart(group.rule) === undefined) {
      differences.push(`parameter \`${name}\`: PyTorch does not have the rule ${group.rule}`);
      return {};
    }
    if (id === undefined) {
      differences.push(`PyTorch's optimizer has no parameter \`${toTorch(name)}\``);
      return {};
    }
    // Before its first step PyTorch keeps nothing, and what is here is as it was made.
    return state.size === 0 && live.step === 0
      ? live.parameters[name]!
      : loading.slots(name, group, isDict(saved) ? saved : new Map());
  });
  const ruled = live.groups.filter(({ rule }) => sharedPart(rule) !== undefined);
  return {
    ...live,
    step: loading.step(),
    skippedSteps: 0,
    parameters,
    nested: {},
    begun: fromTheStart,
    groups: ruled.flatMap((group) =>
      group.parameters.map((name) => {
        const id = idOf(name);
        const found = id === undefined ? undefined : settings.get(id);
        return {
          parameters: [name],
          rule: group.rule,
          shared: group.shared,
          ...(group.storages && { storages: group.storages }),
          hyper: found === undefined ? group.hyper : withSettings(group, found),
        };
      }),
    ),
  };
}

/** Hyperparameters as they were there; of those that PyTorch does not have, as they are here. */
const withSettings = ({ hyper, rule }: StateGroup, settings: TorchDict): StateGroup["hyper"] => ({
  ...hyper,
  ...hyperOf(rule, settings),
});

/**
 * Goes on where a run of PyTorch's was: sets parameters to the model's tensors, and the optimizer's state to what
 * PyTorch's kept: `exp_avg` becomes `m`, and so on, for all optimizers that both have. Hyperparameters stay those of here;
 * the report says which were others. Nothing changes where anything does not fit. Tensors of bfloat16 and float16 are numbers of
 * these types: `{ convert: true }` takes them over into float32.
 *
 * @param optimizer such as `optimize(net, adam())`, whose parameters have PyTorch's shapes
 * @param states such as `{ model: file.get("model"), optimizer: file.get("optimizer") }`
 * @throws {RestoreError} which lists all that does not fit
 * @throws {TorchFileError} where the file's elements are damaged
 * @example
 * import { adam, optimize, parameters } from "gradus";
 * import { loadTorch, torchStates } from "gradus/pytorch";
 * const [there, here] = [0, 1].map(() => optimize(parameters({ w: [2, 3] }), adam()));
 * there.step({ w: new Float32Array(6).fill(1) });
 * loadTorch(here, torchStates(there)).step; // 1
 */
export function loadTorch(
  optimizer: TorchTarget,
  { model, optimizer: saved }: TorchStates,
  options: LoadTorchOptions = {},
): RestoreReport {
  if (model !== undefined && !isDict(model)) {
    refuse("the model's state dict must be a dict of tensors by name");
  }
  if (model === undefined && saved === undefined) {
    refuse(
      'there is nothing to load: pass { model: file.get("model"), optimizer: file.get("optimizer") }, with the names under which they were saved',
    );
  }
  const groups = saved === undefined ? undefined : groupsIn(saved);
  const torchNames = namesIn(options, groups, model as TorchDict | undefined);
  const given = options.names;
  const here = new Map(torchNames.map((torch) => [given?.[torch] ?? torch, torch]));
  const toTorch = (name: string) => here.get(name) ?? name;
  const live = optimizer.stateViews();
  if (!Object.keys(live.shapes).some((name) => here.has(name))) {
    const [first = ""] = torchNames;
    refuse(
      `no parameter has one of PyTorch's names (${firstOf(torchNames, () => true)}): map them with { names: { ${JSON.stringify(first.slice(0, 80))}: "${Object.keys(live.shapes)[0]}", ... } }`,
    );
  }
  provideConversions();
  const { convert = false } = options;
  const loading = new Loading(live, options.step, convert);
  const setting =
    model === undefined ? [] : valuesIn(optimizer.parameters, model as TorchDict, toTorch, loading);
  const state =
    groups === undefined ? live : savedState(live, groups, torchNames, toTorch, loading);
  if (loading.differences.length > 0) {
    throw new RestoreError(loading.differences);
  }
  const report = optimizer.restore(state);
  for (const set of setting) {
    set();
  }
  return { ...report, ...(convert && { converted: conversionsIn(loading.arrays) }) };
}
