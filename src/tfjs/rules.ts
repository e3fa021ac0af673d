/** Rules by name, and as plain data from which they can be made again. */
import { chain, defineOptimizer, defineTransform } from "../define.ts";
import { optimizers } from "../optimizers/index.ts";
import type { Definition, HyperValue, Part, Role, Rule, RuleFactory } from "../rule/definition.ts";
import { BindingError } from "../runtime/errors.ts";
import { didYouMean } from "../suggest.ts";
import { transforms } from "../transforms/index.ts";
import { scheduleFrom } from "./scheduleText.ts";

const factories = { ...optimizers, ...transforms } as unknown as Readonly<
  Record<string, RuleFactory>
>;

const registered = new Map<string, () => Rule>();

/**
 * Gives a rule a name, under which models save and load it. Use it for rules that a file cannot describe: with a schedule that is your
 * own function, or with a `partition`.
 *
 * @param make makes a new rule for each optimizer
 * @param name any text; a rule of yours comes before an optimizer of the library that has the same name
 * @example
 * registerRule("halving", () => adamw({ lr: (step) => 1e-3 / 2 ** Math.floor(step / 1000) }));
 * model.compile({ optimizer: new GradusOptimizer("halving"), loss: "meanSquaredError" });
 */
export function registerRule(name: string, make: () => Rule): void {
  if (typeof name !== "string" || typeof make !== "function") {
    throw new BindingError(
      "registerRule: the arguments must be a name, and a function that makes the rule",
    );
  }
  registered.set(name, make);
}

/**
 * @param name of an optimizer, such as `"adamw"`, which stands for its defaults, or a name that `registerRule` was given
 * @throws {BindingError} if there is no such rule
 */
export function ruleByName(name: string): Rule {
  const own = registered.get(name);
  if (own !== undefined) {
    return own();
  }
  if (!Object.hasOwn(optimizers, name)) {
    const known = [...Object.keys(optimizers), ...registered.keys()];
    throw new BindingError(
      `GradusOptimizer: there is no optimizer \`${name}\`${didYouMean(name, known)}; for a rule of your own, call registerRule first`,
    );
  }
  return factories[name]!();
}

interface PartData {
  readonly name: string;
  readonly hyper: Readonly<Record<string, unknown>>;
  /** Only for a rule that the user defined. */
  readonly definition?: Definition;
  readonly role?: Role;
}

/** A schedule by its name; a number or a boolean as it is. @throws {BindingError} if the name does not define the schedule */
export function hyperText(name: string, value: unknown): unknown {
  if (typeof value !== "function") {
    return value;
  }
  if (scheduleFrom(value.name) === undefined) {
    throw new BindingError(`\`${name}\` is a schedule of your own`);
  }
  return { schedule: value.name };
}

/** The inverse of `hyperText`. */
export const hyperFrom = (text: unknown): unknown =>
  typeof text === "object" && text !== null && "schedule" in text
    ? scheduleFrom(String(text.schedule))
    : text;

function partData({ name, role, definition, hyper }: Part): PartData {
  const isOwn = factories[definition.name]?.definition !== definition;
  return {
    name: definition.name,
    hyper: Object.fromEntries(
      Object.entries(hyper).map(([each, value]) => [each, hyperText(`${name}.${each}`, value)]),
    ),
    ...(isOwn && { definition, role }),
  };
}

/** A rule as plain data. @throws {BindingError} with the reason, if it cannot be saved */
export function ruleData(given: Rule | string): unknown {
  if (typeof given === "string") {
    return given;
  }
  if (given.select !== undefined || given.assign !== undefined) {
    throw new BindingError("it is a partition, with other rules for some variables");
  }
  return given.parts.map(partData);
}

function ruleOfPart({ name, hyper, definition, role }: PartData): Rule {
  const options = Object.fromEntries(
    Object.entries(hyper).map(([each, value]) => [each, hyperFrom(value)]),
  ) as Record<string, HyperValue>;
  if (definition !== undefined) {
    const define = role === "transform" ? defineTransform : defineOptimizer;
    return define(definition)(options);
  }
  const factory = Object.hasOwn(factories, name) ? factories[name] : undefined;
  if (factory === undefined) {
    throw new BindingError(
      `GradusOptimizer: the model was saved with \`${name}\`, which this version of gradus does not have: update gradus`,
    );
  }
  return factory(options);
}

/** The inverse of `ruleData`: a rule, or its name. */
export function ruleFrom(data: unknown): Rule | string {
  if (typeof data === "string") {
    return data;
  }
  const rules = (data as readonly PartData[]).map(ruleOfPart);
  return rules.length === 1 ? rules[0]! : chain(...rules);
}
