/** Calls routines for whole matrices on the arrays of a program's slots. */

import type { Backend, ElementType } from "../../compilers/backend.ts";
import { Feature } from "../../feature.ts";
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
import type { FloatArray, MemoryScope } from "../memory/memory.ts";
import type { ThreadPool } from "../threads/threadPool.ts";
import type { HostPlan } from "./host.ts";

/** A call, with everything that does not change from step to step. */
interface PreparedCall {
  readonly matrices: readonly number[];
  readonly result: number;
  /** Positions of its numbers among the host's values. */
  readonly numbers: readonly number[];
  readonly condition: { readonly position: number; readonly holds: boolean } | undefined;
  readonly run: Routine["run"];
  readonly operands: number[];
}

/** The members of an execution's source that routines use. */
export interface RoutineSource {
  readonly plan: {
    readonly program: Program;
    readonly type: ElementType;
    readonly tensors: readonly Tensor[];
  };
  readonly compiler: Backend;
  readonly scope: MemoryScope;
  readonly threadPool: ThreadPool | undefined;
}

/** Decodes a parameter or a gradient in 16 bits (narrow.ts). */
export const decodedSlot = new Feature<
  (source: RoutineSource, bound: BoundTensor, slot: number) => FloatArray
>();

export class Routines {
  readonly #source: RoutineSource;
  readonly #engine: MatrixEngine;
  readonly #kinds: readonly Kind[];
  readonly #calls = new Map<RoutineCall, PreparedCall>();
  /** By tensor and slot. The address tells whether the view is still valid. */
  readonly #views = new Map<BoundTensor, Map<number, { address: number; matrix: Matrix }>>();

  constructor(source: RoutineSource, plan: HostPlan) {
    const { program, type } = source.plan;
    this.#source = source;
    this.#engine = source.compiler.matrices(type, source.threadPool);
    this.#kinds = program.slots.map(({ kind }) => kind);
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
    const isBits = bound.tensor.storage && slot <= gradientSlot;
    if (isBits && !(slot === gradientSlot && bound.call.wide)) {
      const { rows, cols } = bound.inputs;
      return { rows, cols, data: decodedSlot.value(this.#source, bound, slot) };
    }
    const address = bound.call.addressOf(slot);
    const views = this.#views.get(bound) ?? new Map<number, { address: number; matrix: Matrix }>();
    this.#views.set(bound, views);
    const known = views.get(slot);
    if (known?.address === address) {
      return known.matrix;
    }
    const { rows, cols } = bound.inputs;
    const length = { "1": 1, rows, cols };
    const height = length[heightOf(this.#kinds[slot]!)];
    const width = length[widthOf(this.#kinds[slot]!)];
    const data = this.#source.scope.memory.view(bound.tensor.type, address, height * width);
    const matrix = { rows: height, cols: width, data };
    views.set(slot, { address, matrix });
    return matrix;
  }
}
