/** Runs a compiler's kernels alone, without the runtime. */
import {
  type Backend,
  blockLength,
  callRecord,
  chunkBytes,
  type ElementType,
  elementBytes,
  maximumPages,
} from "../../src/compilers/backend.ts";
import { provideAll } from "../../src/features.ts";
import { GraphBuilder, type Node, type Store } from "../../src/rule/graph/graph.ts";
import { schedule } from "../../src/rule/planning/passes.ts";
import { loopsOf, type Program } from "../../src/rule/planning/program.ts";

// Programs are made from graphs here, without anything that defines a rule.
provideAll();

type FloatArray = Float32Array | Float64Array;

export interface KernelRun {
  /** The arrays of all slots, without padding. */
  readonly slots: Readonly<Record<string, FloatArray>>;
  /** The partial results of each reduction. */
  readonly partials: readonly Float64Array[];
}

export interface KernelInputs {
  readonly type: ElementType;
  readonly length: number;
  readonly slots: Readonly<Record<string, ArrayLike<number>>>;
  /** The values of hyperparameters; booleans are 1 and 0. */
  readonly hyper?: Readonly<Record<string, number>>;
  /** The value after the elements, up to the next multiple of 64 bytes. */
  readonly padding?: number;
  readonly shared?: boolean;
}

/** The value around arrays, which a run must not change. */
const canary = -12345.5;

/** Runs the first pass of a program. */
export function runProgram(
  compiler: Backend,
  program: Program,
  { type, length, slots, hyper = {}, padding = 0, shared = true }: KernelInputs,
): KernelRun {
  const { loop } = loopsOf(program)[0]!;
  const arrays = (program.slots.length * length * elementBytes[type]) / 65_536;
  const initial = 64 + Math.ceil(1.1 * arrays);
  const memory = shared
    ? new WebAssembly.Memory({ initial, maximum: maximumPages, shared: true })
    : new WebAssembly.Memory({ initial });
  const array = type === "float32" ? Float32Array : Float64Array;
  const bytes = elementBytes[type];
  const padded = Math.ceil(Math.max(length, 1) / (chunkBytes / bytes)) * (chunkBytes / bytes);
  let address = chunkBytes;
  const take = (size: number): number => {
    const start = address;
    address += Math.ceil(size / chunkBytes) * chunkBytes;
    return start;
  };

  const record = new Int32Array(
    memory.buffer,
    take(4 * (callRecord.slots + program.slots.length)),
    callRecord.slots + program.slots.length,
  );
  const values = new array(
    memory.buffer,
    take(bytes * program.values.length),
    program.values.length,
  );
  for (const [index, node] of program.values.entries()) {
    if (node.form === "hyper") {
      values[index] = hyper[node.name]!;
    } else if (loop.values.includes(node)) {
      throw new Error(`no value for a ${node.form}`);
    }
  }
  record[callRecord.values] = values.byteOffset;

  const blocks = Math.ceil(length / blockLength);
  const partials = program.reductions.map(() =>
    new Float64Array(memory.buffer, take(8 * blocks + 64), blocks + 8).fill(canary),
  );
  record[callRecord.partials] = partials[0]?.byteOffset ?? 0;
  record[callRecord.stride] = (partials[1]?.byteOffset ?? 0) - (partials[0]?.byteOffset ?? 0);

  const margin = chunkBytes / bytes;
  const whole = program.slots.map((slot, index) => {
    const start = take(bytes * (padded + 2 * margin));
    const view = new array(memory.buffer, start, padded + 2 * margin).fill(canary);
    view.fill(padding, margin, margin + padded);
    view.set(Array.from(slots[slot.name] ?? []), margin);
    record[callRecord.slots + index] = start + margin * bytes;
    return view;
  });
  const before = whole.map((view) => view.slice());

  compiler.compile(program, type, memory).run(0, record.byteOffset, 0, length);

  const stored = new Set(loop.stores.map(({ slot }) => slot));
  for (const [index, view] of whole.entries()) {
    const mayChange = (i: number) =>
      stored.has(program.slots[index]!.name) && i >= margin && i < margin + padded;
    view.forEach((value, i) => {
      if (!mayChange(i) && !Object.is(value, before[index]![i])) {
        throw new Error(`${program.slots[index]!.name} was written at ${i - margin}`);
      }
    });
  }
  for (const view of partials) {
    if (view.subarray(blocks).some((value) => value !== canary)) {
      throw new Error("a partial result was written behind the last block");
    }
  }
  return {
    slots: Object.fromEntries(
      program.slots.map(({ name }, index) => [name, whole[index]!.slice(margin, margin + length)]),
    ),
    partials: partials.map((view) => view.slice(0, blocks)),
  };
}

/** The one-pass program that stores what `build` makes from the slots that it requests. */
export function programFor(
  build: (graph: GraphBuilder, slot: (name: string) => Node) => Readonly<Record<string, Node>>,
): Program {
  const graph = new GraphBuilder();
  const stores: Store[] = Object.entries(build(graph, (name) => graph.slot(name, "element"))).map(
    ([slot, value]) => ({ slot, value }),
  );
  return schedule(stores, { guard: false });
}
