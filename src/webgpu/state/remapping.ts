/** Moves state with its rows, on the device. Nothing is read back. */
import { countOf } from "../../rule/graph/kinds.ts";
import { ownSlots } from "../../rule/planning/program.ts";
import { fromTheStart } from "../../runtime/binding/ages.ts";
import { declaredAs } from "../../runtime/binding/binding.ts";
import { type Plan, storageOf } from "../../runtime/binding/plans.ts";
import { heightOf } from "../../runtime/binding/tensor.ts";
import { BindingError } from "../../runtime/errors.ts";
import { follows } from "../../runtime/state/rows.ts";
import { type LaidOut, layOut } from "../dispatches/programs.ts";
import { type Segment, wordsOf } from "../dispatches/segments.ts";
import type { GpuBound, GpuOptimizerSource, Rebound } from "../settings.ts";
import type { GpuTensor } from "../tensor.ts";
import { copyNumbers, releaseStates } from "./exchanging.ts";
import { type Gathered, type Kept, Moves, type Part } from "./moves.ts";
import { goOn, release } from "./resuming.ts";

/** Rows to move. */
export interface Moving {
  /** The replacement of each tensor; other tensors stay. */
  readonly next: ReadonlyMap<GpuTensor, GpuTensor>;
  /** The tensors whose rows move, as they were before. */
  readonly moved: ReadonlySet<GpuTensor>;
  /** For each row after the move, the row that it was before. */
  readonly rows: GPUBufferBinding;
}

function keptOf(plan: Plan<GpuTensor>): Kept[] {
  return ownSlots(plan.program)
    .filter(({ temporary }) => !temporary)
    .map(({ name, kind }) => {
      const { initial } = declaredAs(plan.rule.parts, name);
      const number = typeof initial === "number" ? initial : undefined;
      return { key: name, kind, storage: storageOf(plan, name), initial: number };
    });
}

function partsOf(segments: readonly Segment[], tensor: GpuTensor, kept: Kept): Part[] {
  return segments.flatMap(({ pieces, positions, state, storages }) =>
    pieces.flatMap((piece, index) => {
      if (piece.tensor !== tensor) {
        return [];
      }
      const words = wordsOf({ ...kept, storage: storages.states?.get(kept.key) }, piece);
      const count = countOf(kept.kind, tensor.rows, tensor.cols);
      const { from: first, length } = kept.kind === "element" ? piece : { from: 0, length: count };
      return [{ state, at: positions.get(kept.key)![index]!, words, first, length }];
    }),
  );
}

/** @throws {BindingError} if blocks of a state hold numbers of several rows */
export function checkBlocks(tensor: GpuTensor, plan: Plan<GpuTensor>): void {
  const width = tensor.length / Math.max(1, heightOf(tensor));
  const spanning = keptOf(plan).find(
    ({ kind, storage: { blocks } }) =>
      blocks && follows(kind, tensor) && (kind === "element" ? width : 1) % blocks.length !== 0,
  );
  if (spanning !== undefined) {
    const { key, storage } = spanning;
    throw new BindingError(
      `remap: parameter \`${tensor.name}\`: its state \`${key}\` is kept in blocks of ${storage.blocks!.length} numbers (${storage.name}), which hold several rows of ${width}: keep it in bfloat16, float16 or float32 instead`,
    );
  }
}

function moveState(moves: Moves, before: LaidOut, after: LaidOut, moving: Moving): void {
  for (const tensor of before.plan.tensors) {
    const next = moving.next.get(tensor) ?? tensor;
    const gathered: Gathered[] = [];
    for (const kept of next.length > 0 ? keptOf(before.plan) : []) {
      const from = partsOf(before.segments, tensor, kept);
      const to = partsOf(after.segments, next, kept);
      if (moving.moved.has(tensor) && follows(kept.kind, tensor)) {
        const width = countOf(kept.kind, next.rows, next.cols) / heightOf(next);
        gathered.push(...to.map((target) => ({ kept, width, from, to: target })));
      } else {
        for (const [index, source] of from.entries()) {
          moves.copy(source, to[index]!);
        }
      }
    }
    moves.gather(gathered, heightOf(tensor));
  }
}

/** Fills states that start from an expression, as if all rows were new. Other rows are overwritten afterwards. */
function fillFromParameters(
  { device, bind }: GpuOptimizerSource,
  laidOut: readonly LaidOut[],
  over: Rebound,
): void {
  if (laidOut.some(({ initial }) => initial.length > 0)) {
    const fresh = bind(laidOut, fromTheStart, over);
    goOn(device, fresh, 0, 0);
    fresh.initialStates.now();
    release(fresh);
  }
}

/** What is bound after rows have moved. What was bound before is still complete. */
export function moved(
  source: GpuOptimizerSource,
  before: GpuBound,
  moving: Moving,
  over: Rebound,
): GpuBound {
  const { device, bind } = source;
  const isTouched = ({ plan }: LaidOut) =>
    plan.tensors.some((tensor) => moving.next.has(tensor) || moving.moved.has(tensor));
  const laidOut: LaidOut[] = [];
  let now: GpuBound | undefined;
  try {
    for (const each of before.laidOut) {
      const tensors = each.plan.tensors.map((tensor) => moving.next.get(tensor) ?? tensor);
      laidOut.push(
        isTouched(each) ? layOut(device, { ...each.plan, tensors }, over.gradients) : each,
      );
    }
    const moves = new Moves(device, moving.rows);
    const touched = before.laidOut.flatMap((each, index) =>
      isTouched(each) ? [[each, laidOut[index]!] as const] : [],
    );
    fillFromParameters(
      source,
      touched.map(([, after]) => after),
      over,
    );
    for (const [from, to] of touched) {
      moveState(moves, from, to, moving);
    }
    moves.submit();
    now = bind(laidOut, before.begun, over);
    now.ring.continueFrom(before.ring, now.initialStates.continueFrom(before.initialStates));
    copyNumbers(device, before, now);
    return now;
  } catch (error) {
    releaseStates({ laidOut }, before);
    if (now !== undefined) release(now);
    throw error;
  }
}
