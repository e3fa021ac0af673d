/**
 * A small WebAssembly assembler: functions as lists of instructions in, the binary format or its
 * text out (WebAssembly Core Specification, chapters 5 and 6).
 */
import { type Immediate, instructions, type Mnemonic } from "./instructions.ts";

export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

/** An operand behind a mnemonic; `i8x16.shuffle` and `v128.const` take 16 bytes. */
export type Operand = number | bigint | readonly number[];

/** One instruction: its name and its immediate operands. A `memory` operand is a byte offset. */
export type Instruction = readonly [Mnemonic, ...Operand[]];

/** A finished function. Local 0 is the first parameter; locals follow the parameters. */
export interface FunctionSource {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly body: readonly Instruction[];
  readonly exported: boolean;
}

/** A module that imports one memory, `env.memory`, and calls its functions by their index here. */
export interface ModuleSource {
  readonly functions: readonly FunctionSource[];
  /** A shared memory must be imported as such, with its maximum in pages of 64 KiB. */
  readonly memory: { readonly shared: boolean; readonly maximum: number };
}

/** Builds one function's body; hands out locals as it goes. */
export class FunctionBuilder {
  readonly #source: { name: string; exported: boolean };
  readonly #parameters: readonly ValueType[];
  readonly #results: readonly ValueType[];
  readonly #locals: ValueType[] = [];
  readonly #body: Instruction[] = [];

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

  /** Declares a new local and returns its index. */
  local(type: ValueType): number {
    return this.#parameters.length + this.#locals.push(type) - 1;
  }

  emit(mnemonic: Mnemonic, ...operands: Operand[]): this {
    this.#body.push([mnemonic, ...operands]);
    return this;
  }

  get(local: number): this {
    return this.emit("local.get", local);
  }

  set(local: number): this {
    return this.emit("local.set", local);
  }

  tee(local: number): this {
    return this.emit("local.tee", local);
  }

  /** Adds a constant to an i32 local. */
  advance(local: number, by: number): this {
    return this.get(local).emit("i32.const", by).emit("i32.add").set(local);
  }

  /** A block; `br 0` inside leaves it. */
  block(body: () => void): this {
    this.emit("block");
    body();
    return this.emit("end");
  }

  /** A loop; `br 0` inside starts it again. */
  loop(body: () => void): this {
    this.emit("loop");
    body();
    return this.emit("end");
  }

  /** Runs the body if the i32 on the stack is not zero. */
  if(body: () => void, otherwise?: () => void): this {
    this.emit("if");
    body();
    if (otherwise !== undefined) {
      this.emit("else");
      otherwise();
    }
    return this.emit("end");
  }

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

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128. */
function signed(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (;;) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = (rest === 0n && (byte & 0x40) === 0) || (rest === -1n && (byte & 0x40) !== 0);
    bytes.push(done ? byte : byte | 0x80);
    if (done) {
      return bytes;
    }
  }
}

const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];
const text = (value: string): number[] => {
  const bytes = [...new TextEncoder().encode(value)];
  return [...unsigned(bytes.length), ...bytes];
};
const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...unsigned(content.length),
  ...content,
];

function encodeImmediate(kind: Immediate, operand: Operand | undefined): number[] {
  switch (kind) {
    case "u32":
      return unsigned(operand as number);
    case "s32":
    case "s64":
      return signed(operand as number | bigint);
    case "f32":
      return [...new Uint8Array(new Float32Array([operand as number]).buffer)];
    case "f64":
      return [...new Uint8Array(new Float64Array([operand as number]).buffer)];
    case "memory":
      // The alignment is a hint only; 0 (one byte) is always valid.
      return [0, ...unsigned((operand as number | undefined) ?? 0)];
    case "lane":
      return [operand as number];
    case "lanes":
    case "v128":
      return [...(operand as readonly number[])];
    case "block":
      return [0x40];
    case "zero":
      return [0];
  }
}

function encodeInstruction([mnemonic, ...operands]: Instruction): number[] {
  const { opcode, immediates } = instructions[mnemonic];
  return [
    ...opcode,
    ...immediates.flatMap((kind: Immediate, index: number) =>
      encodeImmediate(kind, operands[index]),
    ),
  ];
}

function encodeCode(source: FunctionSource): number[] {
  const locals = vector(source.locals.map((type) => [1, valueTypes[type]]));
  const code = [...locals, ...source.body.flatMap(encodeInstruction), 0x0b];
  return [...unsigned(code.length), ...code];
}

const types = (list: readonly ValueType[]): number[] =>
  vector(list.map((type) => [valueTypes[type]]));

/** Encodes a module in the binary format. */
export function assemble({ functions, memory }: ModuleSource): Uint8Array<ArrayBuffer> {
  const limits = memory.shared ? [0x03, 1, ...unsigned(memory.maximum)] : [0x00, 1];
  const exports = functions.flatMap((source, index) =>
    source.exported ? [[...text(source.name), 0x00, ...unsigned(index)]] : [],
  );
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      vector(functions.map((f) => [0x60, ...types(f.parameters), ...types(f.results)])),
    ),
    ...section(2, vector([[...text("env"), ...text("memory"), 0x02, ...limits]])),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(7, vector(exports)),
    ...section(10, vector(functions.map(encodeCode))),
  ]);
}

function printInstruction([mnemonic, ...operands]: Instruction): string {
  const { immediates } = instructions[mnemonic];
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
