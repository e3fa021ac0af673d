/** Arithmetic on vectors of four float32, as expressions instead of a stack machine's code. */
import type { FunctionBuilder } from "../../compilers/wasm/assembler/assembler.ts";
import type { Mnemonic } from "../../compilers/wasm/assembler/instructions.ts";

/** Emits code that leaves a vector on the stack. */
export type Vector = () => void;

export class VectorMath {
  readonly #f: FunctionBuilder;

  constructor(f: FunctionBuilder) {
    this.#f = f;
  }

  /** What a local holds. */
  local(index: number): Vector {
    return () => this.#f.get(index);
  }

  /** Computes a vector here and now, into a local, for those who use it several times. */
  keep(value: Vector): Vector {
    const local = this.#f.local("v128");
    value();
    this.#f.set(local);
    return this.local(local);
  }

  /** A number in all lanes. To be made before the loop that uses it: V8 does not move it there. */
  constant(value: number): Vector {
    return this.keep(() => this.#f.emit("f32.const", value).emit("f32x4.splat"));
  }

  add = (a: Vector, b: Vector): Vector => this.#emit("f32x4.add", a, b);
  subtract = (a: Vector, b: Vector): Vector => this.#emit("f32x4.sub", a, b);
  multiply = (a: Vector, b: Vector): Vector => this.#emit("f32x4.mul", a, b);
  divide = (a: Vector, b: Vector): Vector => this.#emit("f32x4.div", a, b);
  min = (a: Vector, b: Vector): Vector => this.#emit("f32x4.min", a, b);
  max = (a: Vector, b: Vector): Vector => this.#emit("f32x4.max", a, b);
  abs = (a: Vector): Vector => this.#emit("f32x4.abs", a);
  negate = (a: Vector): Vector => this.#emit("f32x4.neg", a);
  nearest = (a: Vector): Vector => this.#emit("f32x4.nearest", a);
  /** All bits of a lane where a < b, none elsewhere. */
  isLess = (a: Vector, b: Vector): Vector => this.#emit("f32x4.lt", a, b);
  /** All bits of a lane where a <= b, none elsewhere. */
  isAtMost = (a: Vector, b: Vector): Vector => this.#emit("f32x4.le", a, b);
  /** The bits of a that are not set in b. */
  andNot = (a: Vector, b: Vector): Vector => this.#emit("v128.andnot", a, b);
  /** The bits of a where c has them set, those of b elsewhere. */
  select = (a: Vector, b: Vector, c: Vector): Vector => this.#emit("v128.bitselect", a, b, c);

  /** 2^n for a whole n from -126 to 127. */
  powerOfTwo(n: Vector): Vector {
    return () => {
      n();
      this.#f.emit("i32x4.trunc_sat_f32x4_s").emit("i32.const", 127).emit("i32x4.splat");
      this.#f.emit("i32x4.add").emit("i32.const", 23).emit("i32x4.shl");
    };
  }

  /** The polynomial with these coefficients, from the constant one on, by Horner's rule. */
  polynomial(x: Vector, coefficients: readonly Vector[]): Vector {
    return coefficients.reduceRight((sum, coefficient) =>
      this.add(this.multiply(sum, x), coefficient),
    );
  }

  #emit(mnemonic: Mnemonic, ...operands: readonly Vector[]): Vector {
    return () => {
      for (const operand of operands) {
        operand();
      }
      this.#f.emit(mnemonic);
    };
  }
}
