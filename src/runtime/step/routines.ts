/** Calls routines of whole matrices on the arrays that a program's slots stand for. */

import type { Backend, ElementType } from "../../compilers/backend.ts";
import { heightOf, type Kind, widthOf } from "../../rule/graph/kinds.ts";
import { routines } from "../../rule/matrices/index.ts";
import type { Matrix, MatrixEngine, Routine } from "../../rule/matrices/matrix.ts";
import { type Program, type RoutineCall, slotIndex } from "../../rule/planning/program.ts";
import type { BoundTensor } from "../binding/callRecord.ts";
import type { Memory } from "../memory/memory.ts";
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
  readonly plan: { readonly program: Program; readonly type: ElementType };
  readonly compiler: Backend;
  readonly scope: { readonly memory: Memory };
  readonly threadPool: ThreadPool | undefined;
}

export class Routines {
  readonly #engine: MatrixEngine;
  readonly #memory: Memory;
  readonly #kinds: readonly Kind[];
  readonly #calls = new Map<RoutineCall, PreparedCall>();
  /** By tensor and slot, with the address that it is a view of. */
  readonly #views = new Map<BoundTensor, Map<number, { address: number; matrix: Matrix }>>();

  constructor(
    { plan: { program, type }, compiler, scope, threadPool }: RoutineSource,
    plan: HostPlan,
  ) {
    this.#engine = compiler.matrices(type, threadPool);
    this.#memory = scope.memory;
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
    const data = this.#memory.view(bound.tensor.type, address, height * width);
    const matrix = { rows: height, cols: width, data };
    views.set(slot, { address, matrix });
    return matrix;
  }
}
