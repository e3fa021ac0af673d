/** Combines the numbers of a workgroup's invocations, in a fixed order. */
import type { ReductionOperator } from "../../rule/graph/operators.ts";
import { workgroupSize } from "./layout.ts";
import { combine, identity, type Lanes, vector } from "./operators.ts";

/** 2^70: multiplied or divided by it, numbers whose squares are out of range for float32 have squares within it. */
const scale = "1180591620717411303424f";
const inverse = "8.4703294725430034e-22f";

/** Combines norms, and sums of squares: one sum of elements as they are, one of small elements scaled up, one of large ones scaled down. */
export const norms = `
fn joinNorms(a: f32, b: f32) -> f32 {
  let both = a + b;
  let factor = select(select(1f, ${scale}, both < 1e-18f), ${inverse}, both > 1e18f);
  let back = select(select(1f, ${inverse}, both < 1e-18f), ${scale}, both > 1e18f);
  let x = a * factor;
  let y = b * factor;
  return sqrt(x * x + y * y) * back;
}
fn normOf(plain: f32, enlarged: f32, reduced: f32) -> f32 {
  let normal = select(sqrt(plain), sqrt(enlarged) * ${inverse}, plain < 1e-27f);
  return select(normal, sqrt(reduced) * ${scale}, plain > 1e38f);
}
`;

/** Whether one of the reductions is a norm. */
export const hasNorm = (
  reductions: readonly { readonly node: { readonly operator: ReductionOperator } }[],
): boolean => reductions.some(({ node }) => node.operator === "norm");

/** The names of an invocation's sums for a reduction. */
const sumsOf = (name: string, operator: ReductionOperator): string[] =>
  operator === "norm" ? [name, `${name}_enlarged`, `${name}_reduced`] : [name];

/** Declares an invocation's part of a reduction. */
export const declare = (name: string, operator: ReductionOperator, lanes: Lanes): string =>
  sumsOf(name, operator)
    .map((each) => `  var ${each} = ${vector(lanes)}(${identity[operator]});`)
    .join("\n");

/** Adds a value to it. */
export function takeIn(name: string, operator: ReductionOperator, value: string): string {
  if (operator !== "norm") {
    return `${name} = ${combine(operator, name, value)};`;
  }
  const [plain, enlarged, reduced] = sumsOf(name, operator);
  return [
    `let taken_${name} = ${value};`,
    `${plain} += taken_${name} * taken_${name};`,
    `${enlarged} += (taken_${name} * ${scale}) * (taken_${name} * ${scale});`,
    `${reduced} += (taken_${name} * ${inverse}) * (taken_${name} * ${inverse});`,
  ].join("\n      ");
}

/** An invocation's result of a reduction, from its lanes. */
export function total(name: string, operator: ReductionOperator, lanes: Lanes): string {
  const combined = (each: string, by: ReductionOperator) => {
    if (lanes === 1) {
      return each;
    }
    const [low, high] = [
      combine(by, `${each}.x`, `${each}.y`),
      combine(by, `${each}.z`, `${each}.w`),
    ];
    return by === "sum" ? `(${low}) + (${high})` : combine(by, low, high);
  };
  return operator === "norm"
    ? `normOf(${sumsOf(name, operator)
        .map((each) => combined(each, "sum"))
        .join(", ")})`
    : combined(name, operator);
}

export const sharedOf = (name: string): string =>
  `var<workgroup> shared_${name}: array<f32, ${workgroupSize}>;\n`;

/** The number of invocations that first combine the numbers of all, each an equal share. One more barrier would cost more than it saves. */
const few = Math.sqrt(workgroupSize);

/** Combines the numbers of all invocations in `shared_name[0]`, for the first invocation. */
export function tree(name: string, number: string, operator: ReductionOperator): string {
  const shared = `shared_${name}`;
  const gather = (step: number, first: string) => `
    var all = ${shared}[${first}];
    for (var i = 1u; i < ${few}u; i++) {
      all = ${combine(operator, "all", `${shared}[${first} + i * ${step}u]`)};
    }
    ${shared}[${first}] = all;`;
  return `
  ${shared}[lane] = ${number};
  workgroupBarrier();
  if (lane < ${few}u) {${gather(few, "lane")}
  }
  workgroupBarrier();
  if (lane == 0u) {${gather(1, "0u")}
  }`;
}
