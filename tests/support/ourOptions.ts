/** Finds the options of our functions, and runs the code of the page. */
import { readdirSync, readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import * as autodiff from "../../src/autodiff/index.ts";
import * as checkpoint from "../../src/checkpoint/index.ts";
import type { Rule, RuleFactory } from "../../src/index.ts";
import * as gradus from "../../src/index.ts";

const exported: Readonly<Record<string, unknown>> = { ...autodiff, ...checkpoint, ...gradus };
const rules: Readonly<Record<string, (options: object) => unknown>> = {
  ...gradus.optimizers,
  ...gradus.transforms,
};

const sources = ["schedules", "wrappers", "runtime"].flatMap((folder) => {
  const url = new URL(`../../src/${folder}/`, import.meta.url);
  const names = readdirSync(url).filter((name) => /^[^.]+\.ts$/.test(name));
  return names.map((name) => readFileSync(new URL(name, url), "utf8"));
});

/** The members of an interface, with those of `optimize` if it extends them. */
function membersOf(name: string): string[] {
  const declaration = new RegExp(`export interface ${name}\\b([^{]*)\\{([\\s\\S]*?)\\n\\}`);
  const found = sources.map((source) => declaration.exec(source)).find(Boolean);
  const own = [...(found?.[2] ?? "").matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, key]) => key!);
  return /OptimizeOptions/.test(found?.[1] ?? "") ? [...own, ...membersOf("OptimizeOptions")] : own;
}

/** The options of an export, or of a rule that is written out. */
export function ourOptions(name: string): readonly string[] {
  const factory = (isRule(name) ? evaluate(name) : exported[name]) as
    | Partial<RuleFactory>
    | undefined;
  const hyper = factory?.definition?.hyper;
  return hyper ? Object.keys(hyper) : membersOf(`${name[0]!.toUpperCase()}${name.slice(1)}Options`);
}

/** The variables that code on the page may use besides exports: a run, and numbers. */
function surroundings(): Record<string, unknown> {
  const net = { w: new Float64Array([1, 2]) };
  const rule = gradus.chain(gradus.clipByGlobalNorm(), gradus.sgd());
  const optimizer = gradus.optimize(net, rule);
  const report = optimizer.step({ w: [1, 1] });
  const plateau = gradus.reduceOnPlateau({ initial: 0.1 });
  // Float32, in which Optax computes schedules, represents 0.125 exactly.
  const numbers = { lr: 0.125, value: 0.1, wd: 0.01, factor: 0.5, begin: 5, total: 9, c: 0.5 };
  return { net, rule, optimizer, report, plateau, ...numbers };
}

const context = createContext({ ...exported, ...surroundings() });
const evaluate = (code: string): unknown => runInContext(`(${code})`, context);

const isName = (code: string): boolean => /^\w+$/.test(code);
const isOptions = (code: string): boolean => /^\w+: /.test(code);
const isRule = (code: string): boolean => /^define\w+\(/.test(code);

/** Our names in code: exports, and rules that are written out. */
export const namesIn = (code: string): string[] =>
  isRule(code)
    ? [code]
    : [...code.matchAll(/(?<![.\w"])[A-Za-z]\w*\b(?!:)/g)]
        .map(([name]) => name)
        .filter((name) => name in exported);

/** Whether it is code to run, rather than a name or some options. */
export const isCode = (code: string): boolean => !isName(code) && !isOptions(code);

/** A rule made from an answer's code. */
export const ruleMadeOf = (rule: string, code: readonly string[]): Rule =>
  runInContext(rule, createContext({ ...exported, code: code.map(evaluate) })) as Rule;

/** Makes a step with a rule that is written out, after an optimizer if it changes a direction. */
function tryRule(make: RuleFactory): void {
  const { role, definition } = make;
  const isBehind = definition.behind ?? /\bu\b/.test(definition.rule);
  const parts = isBehind ? [gradus.sgd(), make()] : [make(), gradus.sgd()];
  const rule = role === "optimizer" ? make() : gradus.chain(...parts);
  gradus.optimize({ w: new Float64Array([1, 2]) }, rule).step({ w: [1, 1] });
}

/** @throws if none of these functions takes the options */
function checkOptions(code: string, targets: readonly string[]): void {
  const options = evaluate(`{ ${code} }`) as object;
  const keys = Object.keys(options);
  const having = targets.filter((name) => keys.every((key) => ourOptions(name).includes(key)));
  if (having.length === 0) {
    throw new Error(`none of ${targets} has these options`);
  }
  for (const name of having.filter((each) => each in rules)) {
    rules[name]!(options);
  }
}

/**
 * Why code on the page is not valid here: a name, options such as `eps: 0, clip: true`, or an expression.
 *
 * @param targets the functions that may take the options
 */
export function whyNot(code: string, targets: readonly string[]): string | undefined {
  try {
    if (isName(code)) {
      const known = code in exported || targets.some((name) => ourOptions(name).includes(code));
      return known ? undefined : `${code} is neither exported nor an option of ${targets}`;
    }
    if (isOptions(code)) {
      checkOptions(code, targets);
      return undefined;
    }
    const value = evaluate(code);
    if (isRule(code)) {
      tryRule(value as RuleFactory);
    }
    return value === undefined ? `${code} is undefined` : undefined;
  } catch (error) {
    return `${code}: ${error}`;
  }
}
