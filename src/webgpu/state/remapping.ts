/** State that follows rows to where they are now, on the device: nothing is read back. */
import { fillStored } from "../../compilers/storages/fillStored.ts";
import { bytesTo, type Storage } from "../../compilers/storages/storage.ts";
import {
  type GatherUnit,
  gatherBindings,
  gatherBlock,
  gatherHalvesShader,
  gatherShader,
  gatherTable,
} from "../../compilers/wgsl/gather.ts";
import { countOf, type Kind } from "../../rule/graph/kinds.ts";
import { ownSlots } from "../../rule/planning/program.ts";
import { fromTheStart } from "../../runtime/binding/ages.ts";
import { declaredAs } from "../../runtime/binding/binding.ts";
import { type Plan, storageOf } from "../../runtime/binding/plans.ts";
import { heightOf } from "../../runtime/binding/tensor.ts";
import { BindingError } from "../../runtime/errors.ts";
import { follows } from "../../runtime/state/rows.ts";
import { bindGroupOf, grid } from "../device/commands.ts";
import { type Access, pipelineOf } from "../device/device.ts";
import { type LaidOut, layOut } from "../dispatches/programs.ts";
import { type Segment, wordsOf } from "../dispatches/segments.ts";
import { Tables } from "../dispatches/tables.ts";
import { allocate } from "../parameters.ts";
import type { GpuBound, GpuOptimizerSource, Rebound } from "../settings.ts";
import type { GpuTensor } from "../tensor.ts";
import { copyNumbers, releaseStates } from "./exchanging.ts";
import { goOn, release } from "./resuming.ts";

/** Rows that are to be elsewhere. */
export interface Moving {
  /** What each tensor is then: others stay. */
  readonly next: ReadonlyMap<GpuTensor, GpuTensor>;
  /** Those whose rows move, as they were. */
  readonly moved: ReadonlySet<GpuTensor>;
  /** For each row then the one that it was. */
  readonly rows: GPUBufferBinding;
}

/** An array beside a tensor, and the number that a new row of it begins with; undefined if that is in it already. */
interface Kept {
  readonly key: string;
  readonly kind: Kind;
  readonly storage: Storage;
  readonly initial: number | undefined;
}

/** A part of an array in a buffer of state: where it is there, in words, and which elements it has. */
interface Part {
  readonly state: GPUBuffer;
  readonly at: number;
  readonly words: number;
  readonly first: number;
  readonly length: number;
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

/** The words that a new row is. */
function freshRow({ storage, initial }: Kept, width: number): Uint32Array {
  const { Elements, bytes } = storage;
  const size = bytesTo(storage, width);
  const buffer = new ArrayBuffer(Math.ceil(size / 4) * 4);
  fillStored(storage, new Elements(buffer, 0, size / bytes), width, initial ?? 0);
  return new Uint32Array(buffer);
}

/** @throws {BindingError} where blocks of a state have numbers of several rows */
export function checkBlocks(tensor: GpuTensor, plan: Plan<GpuTensor>): void {
  const width = tensor.length / Math.max(1, heightOf(tensor));
  const spanning = keptOf(plan).find(
    ({ kind, storage: { blocks } }) =>
      blocks && follows(kind, tensor) && (kind === "element" ? width : 1) % blocks.length !== 0,
  );
  if (spanning !== undefined) {
    const { key, storage } = spanning;
    throw new BindingError(
      `remap: parameter \`${tensor.name}\`: its state \`${key}\` is kept in blocks of ${storage.blocks!.length} numbers (${storage.name}), of several rows of ${width}: keep it in bfloat16, float16 or float32 instead`,
    );
  }
}

const access: Access = {
  [gatherBindings.rows]: "read",
  [gatherBindings.from]: "read",
  [gatherBindings.to]: "write",
  [gatherBindings.table]: "read",
};

/** Commands that move state. */
class Moves {
  readonly #device: GPUDevice;
  readonly #encoder: GPUCommandEncoder;
  readonly #rows: GPUBufferBinding;
  readonly #tables = new Tables();
  readonly #dispatches: ((pass: GPUComputePassEncoder) => void)[] = [];
  #empty: GPUBuffer | undefined;

  constructor(device: GPUDevice, rows: GPUBufferBinding) {
    this.#device = device;
    this.#encoder = device.createCommandEncoder();
    this.#rows = rows;
  }

  copy(from: Part, to: Part): void {
    const size = 4 * Math.min(from.words, to.words);
    this.#encoder.copyBufferToBuffer(from.state, 4 * from.at, to.state, 4 * to.at, size);
  }

  /**
   * Has the rows of an array follow.
   * @param width elements of a row
   * @param height rows that there were
   */
  gather(kept: Kept, width: number, height: number, from: readonly Part[], to: Part): void {
    const { storage, initial } = kept;
    const words = bytesTo(storage, width) / 4;
    const halves = words % 1 !== 0;
    const unit: GatherUnit = halves || words % 2 !== 0 ? 1 : words % 4 !== 0 ? 2 : 4;
    // Of numbers that share words places in the array are of numbers.
    const units = (elements: number) =>
      halves ? elements : bytesTo(storage, elements) / (4 * unit);
    const count = halves ? Math.ceil(to.length / 2) : units(to.length);
    const row = freshRow(kept, width);
    const code = halves ? gatherHalvesShader(width) : gatherShader(unit, words / unit);
    for (const part of from.length > 0 ? from : [this.#nothing()]) {
      const table = new Uint32Array(gatherTable.fresh + row.length);
      table[gatherTable.count] = count;
      table[gatherTable.to] = to.at / unit;
      table[gatherTable.from] = part.at / unit;
      table[gatherTable.writesFrom] = units(to.first);
      table[gatherTable.readsFrom] = units(part.first);
      table[gatherTable.reads] = units(part.length);
      table[gatherTable.height] = height;
      table[gatherTable.fills] = initial === undefined ? 0 : 1;
      table.set(row, gatherTable.fresh);
      this.#dispatch(code, part.state, to.state, table, Math.ceil(count / gatherBlock));
    }
  }

  /** Of a parameter without rows. */
  #nothing(): Part {
    this.#empty ??= allocate(this.#device, 16, "gradus no state");
    return { state: this.#empty, at: 0, words: 0, first: 0, length: 0 };
  }

  submit(): void {
    const tables = this.#tables.upload(this.#device);
    const pass = this.#encoder.beginComputePass();
    for (const dispatch of this.#dispatches) {
      dispatch(pass);
    }
    pass.end();
    this.#device.queue.submit([this.#encoder.finish()]);
    tables.destroy();
    this.#empty?.destroy();
  }

  #dispatch(
    code: string,
    from: GPUBuffer,
    to: GPUBuffer,
    words: Uint32Array<ArrayBuffer>,
    workgroups: number,
  ): void {
    const table = this.#tables.add(words);
    this.#dispatches.push((pass) => {
      const resources = {
        ...{ [gatherBindings.rows]: this.#rows, [gatherBindings.from]: { buffer: from } },
        ...{ [gatherBindings.to]: { buffer: to }, [gatherBindings.table]: table() },
      };
      const { x, y } = grid(workgroups, this.#device);
      pass.setPipeline(pipelineOf(this.#device, code, access));
      pass.setBindGroup(0, bindGroupOf(this.#device, access, resources));
      pass.dispatchWorkgroups(x, y);
    });
  }
}

function moveState(moves: Moves, before: LaidOut, after: LaidOut, moving: Moving): void {
  for (const tensor of before.plan.tensors) {
    const next = moving.next.get(tensor) ?? tensor;
    for (const kept of next.length > 0 ? keptOf(before.plan) : []) {
      const from = partsOf(before.segments, tensor, kept);
      const to = partsOf(after.segments, next, kept);
      if (moving.moved.has(tensor) && follows(kept.kind, tensor)) {
        const width = countOf(kept.kind, next.rows, next.cols) / heightOf(next);
        for (const target of to) {
          moves.gather(kept, width, heightOf(tensor), from, target);
        }
      } else {
        for (const [index, source] of from.entries()) {
          moves.copy(source, to[index]!);
        }
      }
    }
  }
}

/** Fills states that begin with an expression, as if all rows were new: the others are overwritten. */
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

/** What steps where rows were moved. What was before still has all of its own. */
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
