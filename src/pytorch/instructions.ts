/** The instructions of Python's pickle that plain data and tensors need; a file with any other is refused. */
import type { Reader } from "./bytes.ts";
import type { TorchValue } from "./value.ts";

/** What instructions do it with: a stack of values and marks, and a memory. */
export interface Machine {
  push(value: TorchValue): void;
  pushMark(): void;
  takeTop(): unknown;
  /** Takes what is above the mark. */
  taken(): readonly unknown[];
  text(text: string): void;
  /** Pushes an empty one, as `dict` does. */
  list(): void;
  dict(): void;
  tuple(items: readonly unknown[]): void;
  tupleOfLast(count: number): void;
  append(items: readonly unknown[]): void;
  set(items: readonly unknown[]): void;
  remember(key: number): void;
  rememberNext(): void;
  recall(key: number): void;
  name(module: unknown, name: unknown): void;
  /** What a name makes of its arguments. */
  reduce(): void;
  build(): void;
  persistent(): void;
}

type Instruction = (machine: Machine, reader: Reader) => void;

/** By their codes; the names are pickletools'. */
export const instructions: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  // PROTO, FRAME
  [0x80, (_, reader) => void reader.count(1)],
  [0x95, (_, reader) => void reader.count(8)],
  // MARK, POP, POP_MARK
  [0x28, (machine) => machine.pushMark()],
  [0x30, (machine) => void machine.takeTop()],
  [0x31, (machine) => void machine.taken()],
  // NONE, NEWTRUE, NEWFALSE
  [0x4e, (machine) => machine.push(null)],
  [0x88, (machine) => machine.push(true)],
  [0x89, (machine) => machine.push(false)],
  // BININT, BININT1, BININT2, LONG1, LONG4, BINFLOAT
  [0x4a, (machine, reader) => machine.push(reader.integer(4))],
  [0x4b, (machine, reader) => machine.push(reader.count(1))],
  [0x4d, (machine, reader) => machine.push(reader.count(2))],
  [0x8a, (machine, reader) => machine.push(reader.integer(reader.count(1)))],
  [0x8b, (machine, reader) => machine.push(reader.integer(reader.count(4)))],
  [0x47, (machine, reader) => machine.push(reader.view.getFloat64(reader.skip(8)))],
  // BINUNICODE, SHORT_BINUNICODE, BINUNICODE8
  [0x58, (machine, reader) => machine.text(reader.text(reader.count(4)))],
  [0x8c, (machine, reader) => machine.text(reader.text(reader.count(1)))],
  [0x8d, (machine, reader) => machine.text(reader.text(reader.count(8)))],
  // EMPTY_LIST, APPEND, APPENDS, LIST
  [0x5d, (machine) => machine.list()],
  [0x61, (machine) => machine.append([machine.takeTop()])],
  [0x65, (machine) => machine.append(machine.taken())],
  // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE
  [0x29, (machine) => machine.tupleOfLast(0)],
  [0x85, (machine) => machine.tupleOfLast(1)],
  [0x86, (machine) => machine.tupleOfLast(2)],
  [0x87, (machine) => machine.tupleOfLast(3)],
  [0x74, (machine) => machine.tuple(machine.taken())],
  // EMPTY_DICT, SETITEM, SETITEMS
  [0x7d, (machine) => machine.dict()],
  [
    0x73,
    (machine) => {
      const value = machine.takeTop();
      machine.set([machine.takeTop(), value]);
    },
  ],
  [0x75, (machine) => machine.set(machine.taken())],
  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
  [0x71, (machine, reader) => machine.remember(reader.count(1))],
  [0x72, (machine, reader) => machine.remember(reader.count(4))],
  [0x94, (machine) => machine.rememberNext()],
  [0x68, (machine, reader) => machine.recall(reader.count(1))],
  [0x6a, (machine, reader) => machine.recall(reader.count(4))],
  // GLOBAL, STACK_GLOBAL
  [0x63, (machine, reader) => machine.name(reader.line(), reader.line())],
  [
    0x93,
    (machine) => {
      const name = machine.takeTop();
      machine.name(machine.takeTop(), name);
    },
  ],
  // REDUCE, BUILD, BINPERSID
  [0x52, (machine) => machine.reduce()],
  [0x62, (machine) => machine.build()],
  [0x51, (machine) => machine.persistent()],
]);
