/** Arithmetic on two float64 numbers side by side, as formulas write it: each result is in a local of its own. */
import type { FunctionBuilder } from "../../compilers/wasm/assembler/assembler.ts";
import type { Mnemonic } from "../../compilers/wasm/assembler/instructions.ts";

/** A value, or all bits of a lane where a condition holds: the local that it is in. */
export type Lane = number;

/** Gives the local of a constant, which is computed before the loop: V8 does not move it there. */
export type Constants = (value: number) => Lane;

export class Lanes {
  readonly #f: FunctionBuilder;
  readonly #constants: Constants;

  constructor(f: FunctionBuilder, constants: Constants) {
    this.#f = f;
    this.#constants = constants;
  }

  /** The number in both lanes. */
  number(value: number): Lane {
    return this.#constants(value);
  }

  add = (a: Lane, b: Lane): Lane => this.emit("f64x2.add", a, b);
  subtract = (a: Lane, b: Lane): Lane => this.emit("f64x2.sub", a, b);
  multiply = (a: Lane, b: Lane): Lane => this.emit("f64x2.mul", a, b);
  divide = (a: Lane, b: Lane): Lane => this.emit("f64x2.div", a, b);
  abs = (a: Lane): Lane => this.emit("f64x2.abs", a);
  sqrt = (a: Lane): Lane => this.emit("f64x2.sqrt", a);
  floor = (a: Lane): Lane => this.emit("f64x2.floor", a);
  /** The smaller one; NaN where one is. */
  min = (a: Lane, b: Lane): Lane => this.emit("f64x2.min", a, b);
  /** The larger one; NaN where one is. */
  max = (a: Lane, b: Lane): Lane => this.emit("f64x2.max", a, b);
  less = (a: Lane, b: Lane): Lane => this.emit("f64x2.lt", a, b);
  lessOrEqual = (a: Lane, b: Lane): Lane => this.emit("f64x2.le", a, b);
  equal = (a: Lane, b: Lane): Lane => this.emit("f64x2.eq", a, b);
  notEqual = (a: Lane, b: Lane): Lane => this.emit("f64x2.ne", a, b);
  and = (a: Lane, b: Lane): Lane => this.emit("v128.and", a, b);
  or = (a: Lane, b: Lane): Lane => this.emit("v128.or", a, b);
  /** `a` where the condition holds, `b` elsewhere. */
  where = (condition: Lane, a: Lane, b: Lane): Lane => this.emit("v128.bitselect", a, b, condition);
  negate = (a: Lane): Lane => this.multiply(a, this.number(-1));
  square = (a: Lane): Lane => this.multiply(a, a);
  reciprocal = (a: Lane): Lane => this.divide(this.number(1), a);
  /** The nearest whole number; of two that are as near the larger one. */
  round = (a: Lane): Lane => this.floor(this.add(a, this.number(0.5)));

  /** The polynomial with these coefficients, from the constant one on, by Horner's rule. */
  polynomial(x: Lane, coefficients: readonly number[]): Lane {
    const [first, ...rest] = coefficients.map((value) => this.number(value)).reverse();
    return rest.reduce((sum, each) => this.add(this.multiply(sum, x), each), first!);
  }

  /** Emits one instruction on operands. */
  emit(mnemonic: Mnemonic, ...operands: readonly Lane[]): Lane {
    for (const operand of operands) {
      this.#f.get(operand);
    }
    return this.#keep(mnemonic);
  }

  /** Shifts the bits of each lane. */
  shift(mnemonic: "i64x2.shl" | "i64x2.shr_u", a: Lane, bits: number): Lane {
    this.#f.get(a).emit("i32.const", bits);
    return this.#keep(mnemonic);
  }

  /** 2^n for a whole n from -1022 to 1023. */
  powerOfTwo(n: Lane): Lane {
    this.#f.get(this.add(n, this.number(1023))).emit("i32x4.trunc_sat_f64x2_s_zero");
    this.#f.emit("i64x2.extend_low_i32x4_s").emit("i32.const", 52);
    return this.#keep("i64x2.shl");
  }

  #keep(mnemonic: Mnemonic): Lane {
    const local = this.#f.local("v128");
    this.#f.emit(mnemonic).set(local);
    return local;
  }
}
