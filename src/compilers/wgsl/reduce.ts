/** How a workgroup combines what its invocations have: in a fixed order. */
import type { ReductionOperator } from "../../rule/graph/operators.ts";
import { workgroupSize } from "./layout.ts";
import { combine, identity, type Lanes, vector } from "./operators.ts";

/** 2^70: squares of what is multiplied or divided by it are within float32 where those of others are not. */
const scale = "1180591620717411303424f";
const inverse = "8.4703294725430034e-22f";

/** Norms of what norms are of, and of sums of squares: of elements as they are, of small ones enlarged and of large ones reduced. */
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

/** Whether one of them is a norm. */
export const hasNorm = (
  reductions: readonly { readonly node: { readonly operator: ReductionOperator } }[],
): boolean => reductions.some(({ node }) => node.operator === "norm");

/** What an invocation adds up to: a sum of each of these names. */
const sumsOf = (name: string, operator: ReductionOperator): string[] =>
  operator === "norm" ? [name, `${name}_enlarged`, `${name}_reduced`] : [name];

/** Declares an invocation's part of a reduction. */
export const declare = (name: string, operator: ReductionOperator, lanes: Lanes): string =>
  sumsOf(name, operator)
    .map((each) => `  var ${each} = ${vector(lanes)}(${identity[operator]});`)
    .join("\n");

/** Takes a value in. */
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

/** An invocation's number of a reduction, from its lanes. */
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

/** Invocations that combine numbers of others, each of as many: a barrier costs more than the turns that it saves. */
const few = Math.sqrt(workgroupSize);

/** Leaves in `shared_name[0]`, for the first invocation, what all invocations' numbers come to. */
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
