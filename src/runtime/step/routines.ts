/** Calls routines of whole matrices on the arrays that a program's slots stand for. */

import {
  type Backend,
  type ElementType,
  plainStorages,
  type Storage,
} from "../../compilers/backend.ts";
import { heightOf, type Kind, widthOf } from "../../rule/graph/kinds.ts";
import { routines } from "../../rule/matrices/index.ts";
import type { Matrix, MatrixEngine, Routine } from "../../rule/matrices/matrix.ts";
import {
  gradientSlot,
  type Program,
  type RoutineCall,
  slotIndex,
} from "../../rule/planning/program.ts";
import type { BoundTensor } from "../binding/callRecord.ts";
import type { Tensor } from "../binding/tensor.ts";
import type { MemoryScope, StoredElements } from "../memory/memory.ts";
import { narrowParameters } from "../parameters.ts";
import type { ThreadPool } from "../threads/threadPool.ts";
import type { HostPlan } from "./host.ts";

/** A call with all that does not change from step to step. */
interface PreparedCall {
  readonly matrices: readonly number[];
  readonly result: number;
  /** Positions among the host's values. */
  readonly numbers: readonly number[];
  readonly condition: { readonly position: number; readonly holds: boolean } | undefined;
  readonly run: Routine["run"];
  readonly operands: number[];
}

/** What they need of an execution's source. */
export interface RoutineSource {
  readonly plan: {
    readonly program: Program;
    readonly type: ElementType;
    readonly storages: ReadonlyMap<string, Storage>;
    readonly tensors: readonly Tensor[];
  };
  readonly compiler: Backend;
  readonly scope: MemoryScope;
  readonly threadPool: ThreadPool | undefined;
}

/** An array as a matrix. */
interface View {
  readonly address: number;
  readonly matrix: Matrix;
  /** What its numbers are decoded from before each use, if they are kept as bits. */
  readonly bits: StoredElements | undefined;
}

export class Routines {
  readonly #source: RoutineSource;
  readonly #engine: MatrixEngine;
  readonly #kinds: readonly Kind[];
  readonly #storages: readonly Storage[];
  /** By slot, where an array's numbers are that is kept as bits: the tensors use it in turn. */
  readonly #decoded = new Map<number, number>();
  readonly #calls = new Map<RoutineCall, PreparedCall>();
  /** By tensor and slot, with the address that it is a view of. */
  readonly #views = new Map<BoundTensor, Map<number, View>>();

  constructor(source: RoutineSource, plan: HostPlan) {
    const { program, type, storages } = source.plan;
    this.#source = source;
    this.#engine = source.compiler.matrices(type, source.threadPool);
    this.#kinds = program.slots.map(({ kind }) => kind);
    this.#storages = program.slots.map(({ name }) => storages.get(name) ?? plainStorages[type]);
    for (const pass of program.passes) {
      if (pass.form === "routine") {
        const { condition, numbers } = pass;
        this.#calls.set(pass, {
          matrices: pass.matrices.map((slot) => slotIndex(program, slot)),
          result: slotIndex(program, pass.result),
          numbers: numbers.map((node) => plan.position(node)),
          condition: condition && {
            position: plan.position(condition.node),
            holds: condition.holds,
          },
          run: routines[pass.node.routine.name].run,
          operands: numbers.map(() => 0),
        });
      }
    }
  }

  run(pass: RoutineCall, bound: BoundTensor): void {
    const { matrices, result, numbers, condition, run, operands } = this.#calls.get(pass)!;
    const { values } = bound.block;
    if (bound.gathered?.absent) {
      return;
    }
    if (condition !== undefined && (values[condition.position] !== 0) !== condition.holds) {
      return;
    }
    for (let i = 0; i < numbers.length; i++) {
      operands[i] = values[numbers[i]!]!;
    }
    const inputs = matrices.map((slot) => this.#matrix(bound, slot));
    run(this.#engine, this.#matrix(bound, result), inputs, operands);
  }

  #matrix(bound: BoundTensor, slot: number): Matrix {
    const views = this.#views.get(bound) ?? new Map<number, View>();
    this.#views.set(bound, views);
    const known = views.get(slot);
    const isKnown = known?.address === bound.call.addressOf(slot);
    const view = isKnown ? known : this.#viewOf(bound, slot);
    views.set(slot, view);
    const { matrix, bits } = view;
    if (bits !== undefined) {
      const into = matrix.data as Float32Array;
      narrowParameters.value.numbersOf(this.#storages[slot]!, bits, into);
    }
    return matrix;
  }

  #viewOf({ inputs: { rows, cols }, tensor: { type }, call }: BoundTensor, slot: number): View {
    const { memory } = this.#source.scope;
    const address = call.addressOf(slot);
    const length = { "1": 1, rows, cols };
    const height = length[heightOf(this.#kinds[slot]!)];
    const width = length[widthOf(this.#kinds[slot]!)];
    const storage = this.#storages[slot]!;
    const isBits = storage.encoding !== undefined && !(slot === gradientSlot && call.wide);
    const numbers = isBits ? this.#memoryNeedsOf(slot) : address;
    const data = memory.view(type, numbers, height * width);
    const bits = isBits ? memory.stored(storage, address, height * width) : undefined;
    return { address, matrix: { rows: height, cols: width, data }, bits };
  }

  /** Room for the numbers of a parameter or a gradient, whichever of the tensors it is. */
  #memoryNeedsOf(slot: number): number {
    const { plan, scope } = this.#source;
    const most = Math.max(...plan.tensors.map(({ padded }) => padded));
    const room = this.#decoded.get(slot) ?? scope.allocate(most);
    this.#decoded.set(slot, room);
    return room;
  }
}
