/** A user's operator, as in docs/add-an-operator.md: the sign of one number with the magnitude of another. */
import type { OperatorDefinition } from "../../src/compilers/defineOperator.ts";
import { splatConstant } from "../../src/compilers/wasm/operators.ts";

export const copySign: OperatorDefinition = {
  name: "copySign",
  parameters: ["x", "sign"],
  evaluate: (x, sign) => (sign < 0 || Object.is(sign, -0) ? -Math.abs(x) : Math.abs(x)),
  webassembly(code, type, x, sign) {
    code.get(sign).get(x);
    splatConstant(code, type, -0);
    code.emit("v128.bitselect");
  },
  wgsl: (x, sign, _, lanes) => {
    const bits = lanes === 4 ? "vec4<u32>" : "u32";
    const [mask, rest] = [`${bits}(0x80000000u)`, `${bits}(0x7fffffffu)`];
    const float = lanes === 4 ? "vec4<f32>" : "f32";
    return `bitcast<${float}>((bitcast<${bits}>(${sign}) & ${mask}) | (bitcast<${bits}>(${x}) & ${rest}))`;
  },
};
