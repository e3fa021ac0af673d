/** A program on the segments of one plan: its dispatches stage by stage, and the places of its values. */
import {
  apartShader,
  compileProgram,
  type GpuProgram,
  type LoopShaders,
  selectedShader,
} from "../../compilers/wgsl/compiler.ts";
import type { Selection } from "../../compilers/wgsl/elements.ts";
import { besideGradients } from "../../compilers/wgsl/gradients.ts";
import { bindings, workgroupSize } from "../../compilers/wgsl/layout.ts";
import { type Operation, operationShader } from "../../compilers/wgsl/matrices/operation.ts";
import { type Loop, loopsOf, type Program, type RoutineCall } from "../../rule/planning/program.ts";
import type { Dispatch } from "../device/commands.ts";
import type { Access } from "../device/device.ts";
import type { HostValues } from "../step/host.ts";
import type { GpuTensor } from "../tensor.ts";
import { blocksFor, type Form } from "./blocks.ts";
import { gradientsDispatch, gradientsTogether } from "./gradients.ts";
import { type Recordings, togetherOf } from "./routines.ts";
import type { Segment } from "./segments.ts";
import { operationDispatch, type Shared, segmentDispatch } from "./shared.ts";
import {
  type Addresses,
  type LoopSegment,
  loopTable,
  operationTable,
  scalarTable,
} from "./tables.ts";

const scalarAccess: Access = {
  [bindings.table]: "read",
  [bindings.ring]: "read",
  [bindings.values]: "write",
  [bindings.status]: "write",
};

/** For tensors without elements. */
const noSegment = { storages: { parameter: "float32", gradient: "float32" }, lanes: 1 } as const;

/** The partial results that a tensor's blocks leave in one loop. */
export interface Parts {
  readonly first: number;
  readonly count: number;
}

export class GpuExecution implements Addresses {
  readonly program: Program;
  readonly tensors: readonly GpuTensor[];
  readonly host: HostValues;
  readonly compiled: GpuProgram;
  readonly stages: number;
  /** The first word of this program in a row of the ring, and in `values`. */
  readonly ringAt: number;
  readonly valuesAt: number;
  /** The places of reductions over all parameters, by index. They are set before tables are made. */
  readonly globals: number[] = [];
  /** The places of each tensor's own results, by index; the reductions over all parameters combine these. */
  readonly shares: Map<GpuTensor, number>[] = [];
  readonly partials: number;
  readonly partialsStride: number;
  readonly #segments: readonly Segment[];
  readonly #recordings: Recordings;
  readonly #shared: Shared;
  readonly #keyOf: (slot: string) => string;

  constructor(
    source: {
      readonly program: Program;
      readonly host: HostValues;
      readonly tensors: readonly GpuTensor[];
      readonly segments: readonly Segment[];
      readonly recordings: Recordings;
      /** The key of a slot's arrays in segments. */
      readonly keyOf: (slot: string) => string;
    },
    shared: Shared,
  ) {
    const { program, tensors, segments } = source;
    this.program = program;
    this.tensors = tensors;
    this.#segments = segments;
    this.#recordings = source.recordings;
    this.#shared = shared;
    this.#keyOf = source.keyOf;
    this.compiled = this.#compile(segments[0]);
    const { layout } = this.compiled;
    this.stages = this.compiled.scalars.length;
    this.host = source.host;
    this.ringAt = shared.ring.allocate(this.host.length);
    const owners = this.host.perTensor ? tensors.length : 1;
    this.valuesAt = shared.values.allocate(layout.valueWords * owners);
    this.partialsStride = Math.max(0, ...loopsOf(program).map(({ loop }) => this.#partsOf(loop)));
    this.partials = shared.values.allocate(this.partialsStride * program.reductions.length);
  }

  /** Where a tensor's values are. */
  valuesOf(tensor: GpuTensor): number {
    const index = this.host.perTensor ? this.tensors.indexOf(tensor) : 0;
    return this.valuesAt + index * this.compiled.layout.valueWords;
  }

  ringOf(tensor: GpuTensor): number {
    const index = this.host.perTensor ? this.tensors.indexOf(tensor) : 0;
    return this.ringAt + index * this.host.words;
  }

  /** The place of a tensor's result of a reduction. */
  reductionAt(index: number, tensor: GpuTensor): number {
    const { node } = this.program.reductions[index]!;
    return node.scope === "global" ? this.globals[index]! : this.valuesOf(tensor) + index;
  }

  /** The partial results that a loop leaves for each tensor, in the order of segments. */
  partsOf(loop: Loop): ReadonlyMap<GpuTensor, Parts> {
    const parts = new Map<GpuTensor, Parts>();
    let next = 0;
    for (const segment of this.#segments) {
      for (const piece of segment.pieces) {
        const count = blocksFor(loop.byRows ? "rows" : "elements", loop, piece, segment);
        const known = parts.get(piece.tensor);
        parts.set(piece.tensor, {
          first: known?.first ?? next,
          count: (known?.count ?? 0) + count,
        });
        next += count;
      }
    }
    return parts;
  }

  /** The dispatches of a stage: first device values, then the passes. */
  dispatches(stage: number): Dispatch[] {
    const passes = this.program.passes.flatMap((pass, index) => {
      if (pass.stage !== stage) {
        return [];
      }
      return pass.form === "loop"
        ? this.#loopDispatches(pass, index)
        : this.#routineDispatches(pass);
    });
    return [...this.#scalarDispatches(stage), ...passes];
  }

  #partsOf(loop: Loop): number {
    if (loop.reductions.length === 0) {
      return 0;
    }
    return [...this.partsOf(loop).values()].reduce((sum, { count }) => sum + count, 0);
  }

  #compile(segment: Segment | undefined): GpuProgram {
    const { storages, lanes } = segment ?? noSegment;
    return compileProgram(this.program, storages, lanes, this.#shared.zeroesSkipped);
  }

  #scalarDispatches(stage: number): Dispatch[] {
    const code = this.compiled.scalars[stage];
    if (code === undefined) {
      return [];
    }
    const table = this.#shared.tables.add(scalarTable(this, this.#shared));
    const owners = this.host.perTensor ? this.tensors.length : 1;
    return [
      {
        code,
        access: scalarAccess,
        workgroups: Math.ceil(owners / workgroupSize),
        resources: () => {
          const { ring, values, status } = this.#shared.buffers();
          return {
            [bindings.table]: table(),
            [bindings.ring]: { buffer: ring },
            [bindings.values]: { buffer: values },
            [bindings.status]: { buffer: status },
          };
        },
      },
    ];
  }

  #loopDispatches(loop: Loop, index: number): Dispatch[] {
    const all = this.#withParts(loop);
    const together = gradientsTogether(this.#shared.device, this.program, loop, all);
    const done = new Set(together.flatMap(({ segments }) => segments));
    const alone = all.filter((each) => !done.has(each));
    return [
      ...together.map(({ segments, buffers }) => this.#gradientsDispatch(loop, segments, buffers)),
      ...alone.flatMap((each) =>
        formsOf(this.#compile(each.segment).loops[index]!).map(({ form, code }) =>
          this.#loopDispatch(loop, each, form, code),
        ),
      ),
    ];
  }

  /** The segments of a loop, with the index of each piece's first partial result. */
  #withParts(loop: Loop): LoopSegment[] {
    const parts = this.partsOf(loop);
    const done = new Map<GpuTensor, number>();
    return this.#segments.map((segment) => {
      const firstParts = segment.pieces.map((piece) => {
        const before = done.get(piece.tensor) ?? 0;
        const blocks = blocksFor(loop.byRows ? "rows" : "elements", loop, piece, segment);
        done.set(piece.tensor, before + blocks);
        return parts.get(piece.tensor)!.first + before;
      });
      return { segment, firstParts };
    });
  }

  /** The dispatch of a loop over elements for a part of one tensor, with `rowLength` elements in a row. */
  selected(loop: Loop, segment: Segment, rowLength: number, selection: Selection): Dispatch {
    const { storages } = segment;
    const code = selectedShader(this.compiled, loop, storages, selection);
    const one = { segment: { ...segment, lanes: 1 as const }, firstParts: [0] };
    return this.#loopDispatch(loop, one, "elements", code, rowLength);
  }

  /** The dispatches of operations on whole matrices, each for all tensors of a segment. */
  #routineDispatches(call: RoutineCall): Dispatch[] {
    const recordings = this.#recordings.get(call)!;
    const { program, compiled } = this;
    return this.#segments.flatMap((segment) => {
      const context = { program, call, storages: segment.storages, layout: compiled.layout };
      const codeOf = (operation: Operation) => operationShader(operation, context);
      const together = togetherOf(recordings, segment, this.#shared, codeOf);
      return together.map(({ code, operations }) => {
        const words = operationTable(this.#tableSource, segment, operations);
        return operationDispatch(this.#shared, segment, code, words);
      });
    });
  }

  #loopDispatch(
    loop: Loop,
    one: LoopSegment,
    form: Form,
    code: string,
    rowLength?: number,
  ): Dispatch {
    const words = loopTable({
      ...this.#tableSource,
      segments: [one],
      buffers: 1,
      loop,
      form,
      rowLength,
    });
    return segmentDispatch(this.#shared, one.segment, code, words);
  }

  /** The dispatch of a loop that reads only gradients, for several segments. */
  #gradientsDispatch(loop: Loop, all: readonly LoopSegment[], buffers: number): Dispatch {
    const { compiled, program } = this;
    const segments = all.map(({ segment }) => segment);
    const { storages, lanes } = segments[0]!;
    const code = apartShader(compiled, loop, storages, lanes, buffers);
    const words = loopTable({
      ...this.#tableSource,
      segments: all,
      buffers,
      loop,
      form: "elements",
    });
    const shader = { code, beside: besideGradients(program, loop), buffers };
    return gradientsDispatch(this.#shared, segments, shader, words);
  }

  get #tableSource() {
    return { execution: this, shared: this.#shared, keyOf: this.#keyOf };
  }
}

/** The shader that reduces columns comes before the one that stores. */
function formsOf({ loop, columns, main }: LoopShaders): { form: Form; code: string }[] {
  const rows = { form: loop.byRows ? ("rows" as const) : ("elements" as const), code: main };
  return columns === undefined ? [rows] : [{ form: "columns", code: columns }, rows];
}
