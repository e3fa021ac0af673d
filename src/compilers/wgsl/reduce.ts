/** How a workgroup combines what its invocations have: in a fixed order. */
import type { ReductionOperator } from "../../rule/operators.ts";
import { workgroupSize } from "./layout.ts";
import { combine } from "./operators.ts";

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
