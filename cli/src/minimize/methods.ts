/** Parses methods: `lbfgs`, `bfgs(search=zoom)`, or any optimizer, such as `adam(beta2=0.99)`. */
import {
  backtracking,
  bfgs,
  doglegRegion,
  gradientDescent,
  lbfgs,
  lbfgsb,
  type Method,
  moreThuente,
  nelderMead,
  newtonCg,
  type Search,
  steihaugRegion,
  zoom,
} from "gradus/minimize";
import { listed } from "../../../charts/format.ts";
import { didYouMean } from "../../../src/suggest.ts";
import { UsageError, usingRule } from "../errors.ts";
import {
  factoryOf,
  makeRule,
  optimizerOf,
  parseHyper,
  parseRule,
  type RuleSpecification,
  splitOutside,
} from "../specification.ts";

type Factory = (options?: never) => Method;

/** The methods of `gradus/minimize`; all others are optimizers. */
export const ownMethods: Readonly<Record<string, Factory>> = {
  ...{ lbfgs, lbfgsb, bfgs, newtonCg, nelderMead },
};

const searches: Readonly<Record<string, () => Search>> = {
  ...{ moreThuente, zoom, backtracking, doglegRegion, steihaugRegion },
};

export interface MethodSpecification {
  /** The text that was typed, without spaces. */
  readonly label: string;
  /** The rule, if the method is an optimizer. */
  readonly rule?: RuleSpecification;
  /** Whether it supports bounds. */
  readonly bounded: boolean;
  /** @param lr the learning rate, if one is being chosen */
  make(lr?: number): Method;
}

function searchOf(name: string): Search {
  if (Object.hasOwn(searches, name)) return searches[name]!();
  const names = Object.keys(searches);
  const meant = didYouMean(name, names) || `; the searches are ${names.join(", ")}`;
  throw new UsageError(`there is no search \`${name}\`${meant}`);
}

function ownMethod(label: string, name: string, list: string): MethodSpecification {
  const options = list.split(",").flatMap((entry) => {
    if (entry.trim() === "") return [];
    const [option, value, another] = entry.split("=").map((each) => each.trim());
    if (!option || !value || another !== undefined) {
      throw new UsageError(`${name}(${entry.trim()}): options are written as name=value`);
    }
    return [[option, option === "search" ? searchOf(value) : parseHyper(option, value)]];
  });
  const method = ownMethods[name]!(Object.fromEntries(options) as never);
  return { label, bounded: method.bounded, make: () => method };
}

function methodOf(text: string): MethodSpecification {
  const label = text.replace(/\s+/g, "");
  const [, name = "", list = ""] = /^(\w+)(?:\(([^()]*)\))?$/.exec(text) ?? [];
  if (Object.hasOwn(ownMethods, name)) return ownMethod(label, name, list);
  // A name close to one of the methods is a typing mistake, unless it is an optimizer.
  const meant = didYouMean(name, Object.keys(ownMethods));
  if (meant !== "" && !isRule(name)) throw new UsageError(`there is no method \`${name}\`${meant}`);
  const rule = parseRule(text);
  const make = (lr?: number) =>
    usingRule(label, () => gradientDescent(makeRule(rule, lr) as never));
  optimizerOf(rule);
  return { label, rule, bounded: false, make };
}

function isRule(name: string): boolean {
  try {
    factoryOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Parses a list, separated by commas.
 * @throws {UsageError} if a method is not known, or listed twice
 */
export function parseMethods(text: string): readonly MethodSpecification[] {
  const pieces = splitOutside(text, ",").filter((piece) => piece !== "");
  if (pieces.length === 0) throw new UsageError("--methods: the list is empty");
  const methods = pieces.map(methodOf);
  const labels = methods.map(({ label }) => label);
  const twice = labels.find((label, i) => labels.indexOf(label) !== i);
  if (twice !== undefined) throw new UsageError(`--methods: ${twice} is listed twice`);
  return methods;
}

/** @throws {UsageError} if a method does not support bounds */
export function requireBounded(methods: readonly MethodSpecification[]): void {
  const free = methods.filter(({ bounded }) => !bounded).map(({ label }) => label);
  if (free.length === 0) return;
  throw new UsageError(
    `--bounds: ${listed(free)} ${free.length === 1 ? "does" : "do"} not support bounds; use --methods lbfgsb,nelderMead`,
  );
}

/** Whether a learning rate must be chosen: the optimizer has one, and none was typed. */
export function wantsRate({ rule }: MethodSpecification): boolean {
  if (rule === undefined) return false;
  const { name, options } = optimizerOf(rule);
  return "lr" in factoryOf(name).definition.hyper && !Object.hasOwn(options, "lr");
}
