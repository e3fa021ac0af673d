/** The description of an optimizer in a saved model: a `ConfigDict` of TensorFlow.js. */
import type { serialization } from "@tensorflow/tfjs-core";
import { fromText, toText } from "../checkpoint/plainData.ts";
import type { Match, Rule } from "../rule/definition.ts";
import type { Group } from "../runtime/binding/groups.ts";
import type { StateStorage } from "../runtime/binding/storing.ts";
import { BindingError } from "../runtime/errors.ts";
import { mapped } from "../runtime/state/state.ts";
import { bfloat16, block8, float16 } from "../storages.ts";
import type { GradusOptimizerOptions } from "./options.ts";
import { hyperFrom, hyperText, ruleData, ruleFrom } from "./rules.ts";

/** The arguments of an optimizer. */
export interface Recipe {
  readonly rule: Rule | string;
  readonly options: GradusOptimizerOptions;
}

/** Stands for a rule or option that cannot be saved: the reason. */
export interface Untold {
  readonly untold: string;
}

type Kept = NonNullable<StateStorage["state"]>;
type OneStorage = Extract<Kept, { readonly name: unknown }>;

const storages: Readonly<Record<string, OneStorage>> = { bfloat16, block8, float16 };

function storageName(storage: OneStorage): string {
  if (storages[storage.name] !== storage) {
    throw new BindingError(`the storage \`${storage.name}\` is your own`);
  }
  return storage.name;
}

const isStorage = (kept: Kept): kept is OneStorage => typeof kept.name === "string";

const keptData = (kept: Kept): unknown =>
  isStorage(kept) ? storageName(kept) : mapped(kept as Record<string, OneStorage>, storageName);

const keptFrom = (data: string | Readonly<Record<string, string>>): Kept =>
  typeof data === "string" ? storages[data]! : mapped(data, (name) => storages[name]!);

function matchData(match: Match): unknown {
  if (typeof match === "function") {
    throw new BindingError("a group's match is a function");
  }
  return typeof match === "string" ? match : { pattern: match.source, flags: match.flags };
}

const matchFrom = (data: string | { readonly pattern: string; readonly flags: string }): Match =>
  typeof data === "string" ? data : new RegExp(data.pattern, data.flags);

const groupData = ({ match, ...hyper }: Group): unknown => ({
  ...mapped(hyper as Record<string, unknown>, (value, name) => hyperText(name, value)),
  match: matchData(match),
});

const groupFrom = ({ match, ...hyper }: Readonly<Record<string, unknown>>): Group =>
  ({
    ...mapped(hyper, hyperFrom),
    match: matchFrom(match as Parameters<typeof matchFrom>[0]),
  }) as Group;

interface OptionsData extends Omit<GradusOptimizerOptions, "groups" | "storage"> {
  readonly groups?: readonly Readonly<Record<string, unknown>>[];
  readonly storage?: Parameters<typeof keptFrom>[0];
}

const optionsData = ({ groups, storage, ...rest }: GradusOptimizerOptions): unknown => ({
  ...rest,
  ...(groups && { groups: groups.map(groupData) }),
  ...(storage?.state && { storage: keptData(storage.state) }),
});

const optionsFrom = ({ groups, storage, ...rest }: OptionsData): GradusOptimizerOptions => ({
  ...rest,
  ...(groups && { groups: groups.map(groupFrom) }),
  ...(storage && { storage: { state: keptFrom(storage) } }),
});

/** TensorFlow.js reads text with an underscore as a Python name, and rewrites it in camel case. */
const withoutUnderlines = (text: string): string => text.replaceAll("_", "\\u005f");

function dataOf({ rule, options }: Recipe): unknown {
  try {
    return { rule: ruleData(rule), options: optionsData(options) };
  } catch (error) {
    return { untold: (error as Error).message };
  }
}

/** The config for a file. If the recipe cannot be saved, it holds the reason. */
export const configOf = (recipe: Recipe | Untold): serialization.ConfigDict => ({
  gradus: withoutUnderlines(toText("untold" in recipe ? recipe : dataOf(recipe), "config")),
});

/** The inverse of `configOf`. @throws {BindingError} if the config is not from there */
export function recipeFrom({ gradus }: serialization.ConfigDict): Recipe | Untold {
  if (typeof gradus !== "string") {
    throw new BindingError(
      "GradusOptimizer: this is not the config of a GradusOptimizer; make one with new",
    );
  }
  const data = fromText(gradus, "config") as Untold | { rule: unknown; options: OptionsData };
  return "untold" in data
    ? data
    : { rule: ruleFrom(data.rule), options: optionsFrom(data.options) };
}
