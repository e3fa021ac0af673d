/** How a workgroup combines what its invocations have: in a fixed tree. */
import type { ReductionOperator } from "../../rule/operators.ts";
import { workgroupSize } from "./layout.ts";
import { combine } from "./operators.ts";

export const sharedOf = (name: string): string =>
  `var<workgroup> shared_${name}: array<f32, ${workgroupSize}>;\n`;

/** Leaves in `shared_name[0]` what all invocations' numbers come to. */
export function tree(name: string, number: string, operator: ReductionOperator): string {
  const shared = `shared_${name}`;
  return `
  ${shared}[lane] = ${number};
  workgroupBarrier();
  for (var width = ${workgroupSize / 2}u; width > 0u; width >>= 1u) {
    if (lane < width) {
      ${shared}[lane] = ${combine(operator, `${shared}[lane]`, `${shared}[lane + width]`)};
    }
    workgroupBarrier();
  }`;
}
