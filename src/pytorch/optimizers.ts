/** What PyTorch's optimizers call what those of Gradus keep, and how they are set. */
import { powerOf } from "../numbers/power.ts";
import type { StateGroup } from "../runtime/state/state.ts";
import { TorchTuple, type TorchValue } from "./value.ts";

type Hyper = number | boolean;

/** A setting of PyTorch's: a hyperparameter, or a tuple of several. */
type Setting = string | readonly string[];

/** One optimizer that both have. */
export interface Shared {
  /** PyTorch's class. */
  readonly torch: string;
  /** State by element, by Gradus' name. */
  readonly slots: Readonly<Record<string, string>>;
  /** Whether PyTorch counts its steps: otherwise the first is told by what is kept. */
  readonly counts: boolean;
  /** PyTorch's settings by name, as Gradus calls them. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** Settings that Gradus has in other ways, and what they are where it has not. */
  readonly others: Readonly<Record<string, TorchValue>>;
  /** Settings of PyTorch's that are a word each, by the switch of Gradus that it stands for. */
  readonly words?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Options that PyTorch has not, and what they are there. */
  readonly fixed?: Readonly<Record<string, Hyper>>;
  /** State that follows from the settings, which PyTorch keeps all the same. */
  readonly derived?: (hyper: (name: string) => number, step: number) => Record<string, number>;
}

const common = { maximize: false, foreach: null, capturable: false, differentiable: false };
const decay = { ...common, weight_decay: 0 };
const betas = { lr: "lr", betas: ["beta1", "beta2"], eps: "eps" } as const;
const moments = { m: "exp_avg", v: "exp_avg_sq" } as const;
const fused = { fused: null };
const uncaptured = {
  ...{ weight_decay: 0, maximize: false, foreach: null, differentiable: false },
  ...fused,
};

const adamLike = (torch: string, others: Shared["others"]): Shared => ({
  ...{ torch, slots: moments, counts: true, settings: betas, others },
});

/** By Gradus' name. */
export const shared: ReadonlyMap<string, Shared> = new Map<string, Shared>([
  ["adam", adamLike("Adam", { ...decay, ...fused, amsgrad: false, decoupled_weight_decay: false })],
  [
    "adamw",
    {
      ...adamLike("AdamW", { ...common, ...fused, amsgrad: false, decoupled_weight_decay: true }),
      settings: { ...betas, weight_decay: "weightDecay" },
      fixed: { epsRoot: 0 },
    },
  ],
  [
    "amsgrad",
    {
      ...adamLike("Adam", { ...decay, ...fused, amsgrad: true, decoupled_weight_decay: false }),
      slots: { ...moments, w: "max_exp_avg_sq" },
      fixed: {
        ...{ epsRoot: 0, correctedMaximum: false },
        ...{ biasCorrectionMu: true, biasCorrectionNu: true },
      },
    },
  ],
  ["adamax", { ...adamLike("Adamax", decay), slots: { m: "exp_avg", n: "exp_inf" } }],
  [
    "nadam",
    {
      ...adamLike("NAdam", { ...decay, decoupled_weight_decay: false }),
      slots: { ...moments, product: "mu_product" },
      settings: { ...betas, momentum_decay: "momentumDecay" },
    },
  ],
  [
    "radam",
    {
      ...adamLike("RAdam", { ...decay, decoupled_weight_decay: false }),
      fixed: { epsRoot: 0, correctFirst: false, threshold: 5, nesterov: false },
    },
  ],
  [
    "sgd",
    {
      ...{ torch: "SGD", slots: { b: "momentum_buffer" }, counts: false },
      settings: { lr: "lr", momentum: "momentum", dampening: "dampening", nesterov: "nesterov" },
      others: uncaptured,
    },
  ],
  [
    "adagrad",
    {
      ...{ torch: "Adagrad", slots: { s: "sum" }, counts: true },
      settings: {
        ...{ lr: "lr", lr_decay: "lrDecay", eps: "eps" },
        initial_accumulator_value: "initialAccumulator",
      },
      others: uncaptured,
    },
  ],
  [
    "rmsprop",
    {
      ...{ torch: "RMSprop", counts: true, others: decay },
      slots: { v: "square_avg", a: "grad_avg", b: "momentum_buffer" },
      settings: {
        ...{ lr: "lr", alpha: "alpha", eps: "eps", centered: "centered", momentum: "momentum" },
      },
      fixed: { epsRoot: 0, biasCorrection: false, nesterov: false },
    },
  ],
  [
    "adadelta",
    {
      ...{ torch: "Adadelta", slots: { v: "square_avg", d: "acc_delta" }, counts: true },
      settings: { lr: "lr", rho: "rho", eps: "eps" },
      others: decay,
    },
  ],
  [
    "rprop",
    {
      ...{ torch: "Rprop", slots: { before: "prev", step: "step_size" }, counts: true },
      settings: {
        ...{ lr: "lr", etas: ["etaMinus", "etaPlus"], step_sizes: ["minStepSize", "maxStepSize"] },
      },
      others: common,
    },
  ],
  [
    "asgd",
    {
      ...{ torch: "ASGD", slots: { average: "ax" }, counts: true, others: decay },
      settings: { lr: "lr", lambd: "lambda", alpha: "alpha", t0: "t0" },
      derived: (hyper, step) => ({
        eta: hyper("lr") / powerOf(1 + hyper("lambda") * hyper("lr") * step, hyper("alpha")),
        mu: 1 / Math.max(1, step - hyper("t0")),
      }),
    },
  ],
  [
    "adafactor",
    {
      ...{ torch: "Adafactor", slots: { r: "row_var", c: "col_var", v: "variance" }, counts: true },
      settings: {
        ...{ lr: "lr", beta2_decay: "beta2Decay", eps: ["eps1", "eps2"], d: "d" },
        weight_decay: "weightDecay",
      },
      fixed: {
        ...{ beta1: 0, decayOffset: 0, epsRoot: 0, relativeStep: true },
        ...{ scaleParameter: true, factored: true },
      },
      others: { foreach: null, maximize: false },
    },
  ],
  [
    "muon",
    {
      ...{ torch: "Muon", slots: { m: "momentum_buffer" }, counts: false },
      settings: {
        ...{ lr: "lr", weight_decay: "weightDecay", momentum: "momentum", nesterov: "nesterov" },
        ...{ ns_coefficients: ["a", "b", "c"], eps: "eps", ns_steps: "steps" },
      },
      others: { adjust_lr_fn: null },
      words: { adjust_lr_fn: { matchRms: "match_rms_adamw", unclamped: "spectral_unclamped" } },
      fixed: { outputsFirst: true, clampNorm: true, biasCorrection: false, adaptive: false },
    },
  ],
]);

const partsOf = (rule: string): string[] => rule.split("+").map((part) => part.split(":")[0]!);

/** The part of a group's rule that PyTorch has: `adam` of `l2:1f2e+adam:90d1`. */
export function sharedPart(rule: string): { name: string; optimizer: Shared } | undefined {
  const name = partsOf(rule).find((each) => shared.has(each));
  return name === undefined ? undefined : { name, optimizer: shared.get(name)! };
}

/** PyTorch's name of a state by its qualified one: `exp_avg` of `adam.m`; undefined where it has none. */
export function torchSlot(
  { name, optimizer }: { readonly name: string; readonly optimizer: Shared },
  slot: string,
): string | undefined {
  const own = slot.startsWith(`${name}.`) ? slot.slice(name.length + 1) : "";
  return Object.hasOwn(optimizer.slots, own) ? optimizer.slots[own] : undefined;
}

const isHyper = (value: unknown): value is Hyper =>
  typeof value === "number" || typeof value === "boolean";

/** Settings that stand before an optimizer here, by Gradus' qualified name; undefined where there is no number. */
const before = { weight_decay: "l2.l2" } as const;

/**
 * PyTorch's settings as Gradus' qualified hyperparameters: those that both have, and others that are not as usual, under
 * their own names.
 */
export function hyperOf(
  rule: string,
  group: ReadonlyMap<string | number, TorchValue>,
): Record<string, Hyper> {
  const { name, optimizer } = sharedPart(rule)!;
  const { settings, others, words = {} } = optimizer;
  const hyper: Record<string, Hyper> = {};
  for (const [key, setting] of Object.entries(settings)) {
    const value = group.get(key);
    const names = typeof setting === "string" ? [setting] : setting;
    const values = value instanceof TorchTuple ? value.items : [value];
    for (const [index, each] of names.entries()) {
      const found = values[index];
      if (isHyper(found)) {
        hyper[`${name}.${each}`] = found;
      }
    }
  }
  for (const [key, switches] of Object.entries(words)) {
    for (const [each, word] of Object.entries(switches)) {
      hyper[`${name}.${each}`] = group.get(key) === word;
    }
  }
  for (const [key, usual] of Object.entries(others)) {
    const value = group.get(key);
    const isHere = key === "weight_decay" && partsOf(rule).includes("l2");
    if (isHyper(value) && (isHere || Number(value) !== Number(usual))) {
      hyper[isHere ? before[key] : `${name}.${key}`] = value;
    }
  }
  return hyper;
}

/**
 * A group's settings as PyTorch has them.
 * @param rate for a learning rate that a schedule gives
 */
export function settingsOf(
  { rule, hyper }: StateGroup,
  rate: number | undefined,
): Map<string, TorchValue> {
  const { name, optimizer } = sharedPart(rule)!;
  const settingOf = (each: string): TorchValue => {
    const value = hyper[`${name}.${each}`];
    return typeof value === "number" || typeof value === "boolean" ? value : (rate ?? null);
  };
  const result = new Map<string, TorchValue>();
  for (const [key, setting] of Object.entries(optimizer.settings)) {
    const isOne = typeof setting === "string";
    result.set(key, isOne ? settingOf(setting) : new TorchTuple(setting.map(settingOf)));
  }
  const parts = partsOf(rule);
  const own = { weight_decay: hyper[before.weight_decay], maximize: parts.includes("maximize") };
  for (const [key, value] of Object.entries(optimizer.others)) {
    const found = own[key as keyof typeof own];
    result.set(key, isHyper(found) ? found : value);
  }
  for (const [key, switches] of Object.entries(optimizer.words ?? {})) {
    const on = Object.keys(switches).find((each) => hyper[`${name}.${each}`] === true);
    if (on !== undefined) {
      result.set(key, switches[on]!);
    }
  }
  return result;
}
