/**
 * A small WebAssembly assembler: it turns lists of instructions into the binary format or its text
 * (WebAssembly Core Specification, chapters 5 and 6).
 */
import { Bytes } from "./bytes.ts";
import {
  allInstructions,
  type Immediate,
  type Instructions,
  instructions,
  type Mnemonic,
} from "./instructions.ts";

/** @inline */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

/** An operand after a mnemonic; `i8x16.shuffle` and `v128.const` take 16 bytes. @inline */
export type Operand = number | readonly number[];

/** One instruction: its name and its immediate operands. A `memory` operand is a byte offset. @inline */
export type Instruction = readonly [Mnemonic, ...Operand[]];

/** A finished function, from `FunctionBuilder.build`. Local 0 is the first parameter; other locals follow the parameters. */
export interface FunctionSource {
  /** Its name, in the module's text and among its exports. */
  readonly name: string;
  /** The types of its parameters. */
  readonly parameters: readonly ValueType[];
  /** The types of its results. */
  readonly results: readonly ValueType[];
  /** The types of its locals after the parameters. */
  readonly locals: readonly ValueType[];
  /** Its instructions in order. */
  readonly body: readonly Instruction[];
  /** Whether the module exports it. */
  readonly exported: boolean;
}

/** A module that imports one memory, `env.memory`, and calls its functions by their index here. */
export interface ModuleSource {
  readonly functions: readonly FunctionSource[];
  /** A shared memory must be imported as such, with its maximum in pages of 64 KiB. */
  readonly memory: { readonly shared: boolean; readonly maximum: number };
}

/** Builds the body of one function, and assigns its locals. */
export class FunctionBuilder {
  readonly #source: { name: string; exported: boolean };
  readonly #parameters: readonly ValueType[];
  readonly #results: readonly ValueType[];
  readonly #locals: ValueType[] = [];
  readonly #body: Instruction[] = [];

  /**
   * @param name the function's name, in the module's text and among its exports
   * @param parameters the types of the parameters, which are locals 0 and following
   * @param results the types of the values that it leaves on the stack
   * @param exported whether the module exports it
   */
  constructor(
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[] = [],
    exported = true,
  ) {
    this.#source = { name, exported };
    this.#parameters = parameters;
    this.#results = results;
  }

  /** Declares a new local of a `type` and returns its index. */
  local(type: ValueType): number {
    return this.#parameters.length + this.#locals.push(type) - 1;
  }

  /** Appends an instruction with `operands`, its immediates in order. */
  emit(mnemonic: Mnemonic, ...operands: Operand[]): this {
    this.#body.push([mnemonic, ...operands]);
    return this;
  }

  /** Pushes the local with the index `local`. */
  get(local: number): this {
    return this.emit("local.get", local);
  }

  /** Pops the stack into the local with the index `local`. */
  set(local: number): this {
    return this.emit("local.set", local);
  }

  /** Copies the top of the stack to the local with the index `local`, and leaves it on the stack. */
  tee(local: number): this {
    return this.emit("local.tee", local);
  }

  /** Adds the constant `by` to the i32 local with the index `local`. */
  advance(local: number, by: number): this {
    return this.get(local).emit("i32.const", by).emit("i32.add").set(local);
  }

  /** A block with the code that `body` emits; `br 0` inside leaves it. */
  block(body: () => void): this {
    this.emit("block");
    body();
    return this.emit("end");
  }

  /** A loop with the code that `body` emits; `br 0` inside starts it again. */
  loop(body: () => void): this {
    this.emit("loop");
    body();
    return this.emit("end");
  }

  /** Runs the code that `body` emits if the i32 on the stack is not zero, and otherwise the code that `otherwise` emits. */
  if(body: () => void, otherwise?: () => void): this {
    this.emit("if");
    body();
    if (otherwise !== undefined) {
      this.emit("else");
      otherwise();
    }
    return this.emit("end");
  }

  /** The finished function, for a module. */
  build(): FunctionSource {
    return {
      ...this.#source,
      parameters: this.#parameters,
      results: this.#results,
      locals: this.#locals,
      body: this.#body,
    };
  }
}

const valueTypes: Record<ValueType, number> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

function writeImmediate(out: Bytes, kind: Immediate, operand: Operand | undefined): void {
  switch (kind) {
    case "u32":
    case "lane":
      out.unsigned(operand as number);
      break;
    case "s32":
      out.signed(operand as number);
      break;
    case "f32":
      out.bytes(new Uint8Array(new Float32Array([operand as number]).buffer));
      break;
    case "memory":
      // The alignment is only a hint; 0 (one byte) is always valid.
      out.byte(0).unsigned((operand as number | undefined) ?? 0);
      break;
    case "lanes":
    case "v128":
      out.bytes(operand as readonly number[]);
      break;
    case "block":
      out.byte(0x40);
      break;
    case "zero":
      out.byte(0);
      break;
  }
}

function writeCode(out: Bytes, { locals, body }: FunctionSource, encoded: Instructions): void {
  out.vector(locals, (type) => void out.byte(1).byte(valueTypes[type]));
  for (const instruction of body) {
    const { opcode, immediates } = encoded[instruction[0]]!;
    out.bytes(opcode);
    for (let index = 0; index < immediates.length; index++) {
      writeImmediate(out, immediates[index]!, instruction[index + 1] as Operand | undefined);
    }
  }
  out.byte(0x0b);
}

/**
 * Encodes a module in the binary format.
 * @param encoded the instructions that it may contain; by default those of loops over elements
 */
export function assemble(
  { functions, memory }: ModuleSource,
  encoded: Instructions = instructions,
): Uint8Array<ArrayBuffer> {
  const out = new Bytes().bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
  const types = (to: Bytes, list: readonly ValueType[]) =>
    to.vector(list, (type) => void to.byte(valueTypes[type]));
  out.section(1, (to) => {
    to.vector(functions, ({ parameters, results }) => {
      types(types(to.byte(0x60), parameters), results);
    });
  });
  out.section(2, (to) => {
    to.byte(1).text("env").text("memory").byte(0x02);
    if (memory.shared) {
      to.bytes([0x03, 1]).unsigned(memory.maximum);
    } else {
      to.bytes([0x00, 1]);
    }
  });
  out.section(3, (to) => void to.vector(functions, (_, index) => void to.unsigned(index)));
  const exported = functions.flatMap(({ exported: is, name }, index) =>
    is ? [{ name, index }] : [],
  );
  out.section(7, (to) => {
    to.vector(exported, ({ name, index }) => void to.text(name).byte(0x00).unsigned(index));
  });
  out.section(10, (to) => {
    to.vector(functions, (source) => void to.sized((body) => writeCode(body, source, encoded)));
  });
  return new Uint8Array(out.list);
}

function printInstruction([mnemonic, ...operands]: Instruction): string {
  const { immediates } = allInstructions[mnemonic]!;
  const printed = immediates.flatMap((kind: Immediate, index: number) => {
    const operand = operands[index];
    if (kind === "block" || kind === "zero" || (kind === "memory" && !operand)) {
      return [];
    }
    if (kind === "memory") {
      return [`offset=${operand}`];
    }
    if (kind === "v128") {
      return [`i8x16 ${(operand as readonly number[]).join(" ")}`];
    }
    return [Array.isArray(operand) ? operand.join(" ") : String(operand)];
  });
  return [mnemonic, ...printed].join(" ");
}

function printFunction(source: FunctionSource): string {
  const list = (keyword: string, values: readonly ValueType[]) =>
    values.length > 0 ? ` (${keyword} ${values.join(" ")})` : "";
  const lines: string[] = [];
  let depth = 2;
  for (const instruction of source.body) {
    if (instruction[0] === "end" || instruction[0] === "else") {
      depth -= 1;
    }
    lines.push("  ".repeat(depth) + printInstruction(instruction));
    if (["block", "loop", "if", "else"].includes(instruction[0])) {
      depth += 1;
    }
  }
  const exported = source.exported ? ` (export "${source.name}")` : "";
  return [
    `  (func $${source.name}${exported}${list("param", source.parameters)}${list("result", source.results)}`,
    ...(source.locals.length > 0 ? [`   ${list("local", source.locals)}`] : []),
    ...lines,
    "  )",
  ].join("\n");
}

/** Prints a module in the text format. */
export function print({ functions, memory }: ModuleSource): string {
  const limits = memory.shared ? `1 ${memory.maximum} shared` : "1";
  return [
    "(module",
    `  (import "env" "memory" (memory ${limits}))`,
    ...functions.map(printFunction),
    ")",
    "",
  ].join("\n");
}
