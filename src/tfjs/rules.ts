/** Rules by name, and as text that makes them again. */
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
 * Gives a rule a name, by which models save it and load it: for rules that text cannot tell, with schedules of your own or
 * other rules for some variables.
 *
 * @param name any text; a rule of yours comes before an optimizer of the library that has the same name
 * @param make makes the rule anew, for each optimizer
 * @example
 * registerRule("halving", () => adamw({ lr: (step) => 1e-3 / 2 ** Math.floor(step / 1000) }));
 * model.compile({ optimizer: new GradusOptimizer("halving"), loss: "meanSquaredError" });
 */
export function registerRule(name: string, make: () => Rule): void {
  if (typeof name !== "string" || typeof make !== "function") {
    throw new BindingError("registerRule: it takes a name, and a function that makes the rule");
  }
  registered.set(name, make);
}

/**
 * @param name of an optimizer, such as `"adamw"`, with its defaults, or as `registerRule` was given
 * @throws {BindingError} where there is none
 */
export function ruleByName(name: string): Rule {
  const own = registered.get(name);
  if (own !== undefined) {
    return own();
  }
  if (!Object.hasOwn(optimizers, name)) {
    const known = [...Object.keys(optimizers), ...registered.keys()];
    throw new BindingError(
      `GradusOptimizer: there is no optimizer \`${name}\`${didYouMean(name, known)}; registerRule gives a rule of your own a name`,
    );
  }
  return factories[name]!();
}

interface PartData {
  readonly name: string;
  readonly hyper: Readonly<Record<string, unknown>>;
  /** Of a rule of the user's own. */
  readonly definition?: Definition;
  readonly role?: Role;
}

/** A schedule by what it is called, a number or a switch as it is. @throws {BindingError} where that does not tell it */
export function hyperText(name: string, value: unknown): unknown {
  if (typeof value !== "function") {
    return value;
  }
  if (scheduleFrom(value.name) === undefined) {
    throw new BindingError(`\`${name}\` is a schedule of your own`);
  }
  return { schedule: value.name };
}

/** The same from what `hyperText` has made. */
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

/** A rule as plain data. @throws {BindingError} where that cannot be: why */
export function ruleData(given: Rule | string): unknown {
  if (typeof given === "string") {
    return given;
  }
  if (given.select !== undefined || given.assign !== undefined) {
    throw new BindingError("some variables have rules of their own");
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
      `GradusOptimizer: the model was saved with \`${name}\`, which this version of gradus does not have`,
    );
  }
  return factory(options);
}

/** A rule from such data, or its name. */
export function ruleFrom(data: unknown): Rule | string {
  if (typeof data === "string") {
    return data;
  }
  const rules = (data as readonly PartData[]).map(ruleOfPart);
  return rules.length === 1 ? rules[0]! : chain(...rules);
}
