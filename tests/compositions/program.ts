/** Writes a composition as a program that can be pasted. */
import {
  addsSomething,
  beforeAddition,
  type Composition,
  type GradientSpec,
  lengthOf,
  partsOf,
  type RuleSpec,
  type StepAction,
  type Value,
} from "./composition.ts";

const number = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));
const list = (values: readonly number[]): string => `[${values.map(number).join(", ")}]`;

const valueText = (value: Value): string =>
  typeof value === "object" ? `(t) => ${value.from} / (1 + ${value.fall} * t)` : String(value);

const optionsText = (options: Readonly<Record<string, Value>>): string => {
  const texts = Object.entries(options).map(([name, value]) => {
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return `${key}: ${valueText(value)}`;
  });
  return texts.length === 0 ? "" : `{ ${texts.join(", ")} }`;
};

const matchText = (names: readonly string[]): string =>
  names.length === 1 ? JSON.stringify(names[0]) : `/^(${names.join("|")})$/`;

export function ruleText(rule: RuleSpec): string {
  if ("part" in rule) return `${rule.part}(${optionsText(rule.options)})`;
  if ("chain" in rule) return `chain(${rule.chain.map(ruleText).join(", ")})`;
  if ("masked" in rule) return `masked(${matchText(rule.masked)}, ${ruleText(rule.rule)})`;
  if ("branches" in rule) {
    const branches = rule.branches.map(
      ({ match, rule: branch }) => `{ match: ${matchText(match)}, rule: ${ruleText(branch)} }`,
    );
    return `partition([${branches.join(", ")}], ${ruleText(rule.otherwise)})`;
  }
  return "frozen";
}

/** One array or parameter for each, in their order. */
function parameterLines({ parameters }: Composition): string[] {
  const kept = parameters.flatMap(({ name, shape, type, place, start }) => {
    const Type = type === "float32" ? "Float32Array" : "Float64Array";
    if (place === "memory") {
      const shapes = `{ ${name}: ${list(shape)} }`;
      return [
        `const { ${name} } = parameters(${shapes}, { type: "${type}" });`,
        `${name}.data.set(${list(start)});`,
      ];
    }
    const made =
      place === "foreign"
        ? `${Type}.from(${list(start)})`
        : `${Type}.from(${list([0, 0, 0, ...start, 0, 0, 0])}).subarray(3, ${3 + lengthOf(shape)})`;
    return [`const ${name} = { data: ${made}, shape: ${list(shape)} };`];
  });
  return kept;
}

function settingsText({ groups, nonFinite, zeroGradients, wrapper }: Composition): string {
  const settings = [
    ...(groups.length > 0
      ? [
          `groups: [${groups
            .map(({ match, overrides }) => {
              const own = optionsText(overrides).slice(2, -2);
              return `{ match: ${matchText(match)}, ${own} }`;
            })
            .join(", ")}]`,
        ]
      : []),
    ...(nonFinite === "throw" ? [] : [`nonFinite: "${nonFinite}"`]),
    ...(zeroGradients ? ["zeroGradients: true"] : []),
    ...(wrapper && "accumulate" in wrapper ? [`steps: ${wrapper.accumulate}`] : []),
    ...(wrapper && "accumulate" in wrapper && wrapper.each
      ? [`each: ${ruleText(wrapper.each)}`]
      : []),
  ];
  return settings.length === 0 ? "" : `, { ${settings.join(", ")} }`;
}

function bindText(composition: Composition, target: string): string[] {
  const names = composition.parameters.map(({ name }) => name).join(", ");
  const { wrapper } = composition;
  const call = wrapper && "accumulate" in wrapper ? "accumulate" : "optimize";
  const rule = ruleText(composition.rule);
  const bound = `${target} = ${call}({ ${names} }, ${rule}${settingsText(composition)});`;
  return [bound];
}

const typeOf = ({ parameters }: Composition, name: string) =>
  parameters.find((each) => each.name === name)!.type;

function gradientText(composition: Composition, name: string, gradient: GradientSpec): string {
  if ("of" in gradient) return `${gradient.of}.data`;
  if ("rows" in gradient) return `sparse(${list(gradient.rows)}, ${list(gradient.values)})`;
  if (gradient.form === "array") return list(gradient.values);
  const wide = (typeOf(composition, name) === "float64") !== (gradient.form === "other");
  return `${wide ? "Float64Array" : "Float32Array"}.from(${list(gradient.values)})`;
}

function stepLines(composition: Composition, { step, loss, own, flaw }: StepAction): string[] {
  const { wrapper } = composition;
  const lossText = partsOf(composition.rule).some(({ part }) => part === "polyakSgd");
  const note = flaw === undefined ? "" : ` // throws: ${flaw}`;
  if (wrapper !== undefined && "sam" in wrapper) {
    const inside = Object.entries(step).map(
      ([name, gradient]) =>
        `${list((gradient as { values: readonly number[] }).values)}.forEach((v, i) => (optimizer.gradients.${name}[i] = v + 0.5 * ${name}.data[i]));`,
    );
    const { sam: rho, adaptive } = wrapper;
    return [
      `sam(optimizer, { rho: ${rho}, adaptive: ${adaptive} }).step(() => { ${inside.join(" ")} return ${loss}; });`,
    ];
  }
  const inputs = lossText && flaw !== "loss" ? `{ loss: ${loss} }` : "";
  const texts = Object.entries(step).map(
    ([name, each]) => [name, gradientText(composition, name, each)] as const,
  );
  if (own) {
    return [
      ...texts.map(([name, text]) => `optimizer.gradients.${name}.set(${text});`),
      `optimizer.step(${inputs && `undefined, ${inputs}`});${note}`,
    ];
  }
  const given = texts.map(([name, text]) => `${name}: ${text}`).join(", ");
  return [`optimizer.step({ ${given} }${inputs && `, ${inputs}`});${note}`];
}

function actionLines(composition: Composition): string[] {
  return composition.actions.flatMap((action): string[] => {
    if ("step" in action) return stepLines(composition, action);
    if ("flush" in action) return ["optimizer.flush();"];
    if ("save" in action) return ["saved = optimizer.state(); // and of all parameters a copy"];
    if (action.restore === "back") return ["optimizer.restore(saved); // and the parameters"];
    const partial = action.restore === "added" ? ", { partial: true }" : "";
    const names = action.restore === "renamed" ? " // with a parameter `a` now named `a_`" : "";
    const fresh = bindText(composition, "optimizer");
    return ["saved = optimizer.state();", ...fresh, `optimizer.restore(saved${partial});${names}`];
  });
}

/** The program; at its end it prints the results. */
export function programOf(composition: Composition): string {
  const before = addsSomething(composition) ? beforeAddition(composition) : composition;
  const { wrapper, rule, parameters } = composition;
  const known = /\b(parameters|chain|partition|masked|frozen|sparse|sam)\b/g;
  const lines = [
    ...parameterLines(composition),
    ...bindText(before, "let optimizer"),
    ...(actionLines(composition).some((line) => line.startsWith("saved")) ? ["let saved;"] : []),
    ...actionLines(composition),
    `console.log(${parameters.map(({ name }) => `${name}.data`).join(", ")}, optimizer.evaluationWeights());`,
  ];
  const each = wrapper && "accumulate" in wrapper && wrapper.each ? partsOf(wrapper.each) : [];
  const parts = [...partsOf(rule), ...each].map(({ part }) => part);
  const call = wrapper && "accumulate" in wrapper ? "accumulate" : "optimize";
  const imports = new Set([...parts, ...(lines.join("\n").match(known) ?? []), call]);
  return [`import { ${[...imports].sort().join(", ")} } from "gradus";`, ...lines].join("\n");
}
