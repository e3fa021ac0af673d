/** Calls of routines on whole matrices: their operations for each tensor, and the dispatches. */
import { type Recording, recordRoutine } from "../../compilers/wgsl/matrices/engine.ts";
import type { Operation } from "../../compilers/wgsl/matrices/operation.ts";
import type { Program, RoutineCall } from "../../rule/planning/program.ts";
import type { Plan } from "../../runtime/binding/plans.ts";
import { BindingError } from "../../runtime/errors.ts";
import type { HostValues } from "../step/host.ts";
import type { GpuTensor } from "../tensor.ts";
import type { SharedWords } from "./allocators.ts";
import { bindingBytes, type Segment } from "./segments.ts";

/** The words of scratch memory for a tensor. */
const wordsOf = ({ scratch }: Recording): number =>
  [...scratch.values()].reduce((a, b) => a + b, 0);

export type Recordings = ReadonlyMap<RoutineCall, ReadonlyMap<GpuTensor, Recording>>;

function recordingOf(
  { rule }: Plan<GpuTensor>,
  program: Program,
  call: RoutineCall,
  tensor: GpuTensor,
  host: HostValues,
): Recording {
  const names = rule.parts.map(({ name }) => name).join(" + ");
  const { name } = call.node.routine;
  let recording: Recording | undefined;
  try {
    recording = recordRoutine(program, call, tensor, (node) => host.constantOf(node, tensor));
  } catch (error) {
    throw error instanceof RangeError
      ? new BindingError(`${names}: \`${name}\` on a GPU: ${error.message}`)
      : error;
  }
  if (recording === undefined) {
    throw new BindingError(
      `${names} needs \`${name}\` of whole matrices, which is not there on a GPU: use the CPU's \`optimize\` for these parameters`,
    );
  }
  return recording;
}

/** @throws {BindingError} where the rule needs an operation that a GPU does not have, or too much memory */
export function recordingsOf(
  device: GPUDevice,
  plan: Plan<GpuTensor>,
  program: Program,
  host: HostValues,
): Recordings {
  const calls = program.passes.filter((pass) => pass.form === "routine");
  // Tensors of the same shape share a recording.
  const known = new Map<string, Recording>();
  const record = (call: RoutineCall, tensor: GpuTensor) => {
    const key = `${calls.indexOf(call)} ${tensor.rows} ${tensor.cols}`;
    const recording = known.get(key) ?? recordingOf(plan, program, call, tensor, host);
    known.set(key, recording);
    const [bytes, most] = [4 * wordsOf(recording), bindingBytes(device)];
    if (bytes > most) {
      throw new BindingError(
        `parameter \`${tensor.name}\`: \`${call.node.routine.name}\` needs room of ${bytes} bytes beside it, more than a binding of this device (maxStorageBufferBindingSize is ${most}): requestDevice() requests the largest limits of the adapter`,
      );
    }
    return [tensor, recording] as const;
  };
  return new Map(
    calls.map((call) => [call, new Map(plan.tensors.map((tensor) => record(call, tensor)))]),
  );
}

/** Operations of one shader that are dispatched at once, by the index of their piece in the segment. */
interface Together {
  readonly code: string;
  readonly operations: ReadonlyMap<number, PlacedOperation>;
}

/** An operation, and the place of its tensor's scratch memory. */
export interface PlacedOperation {
  readonly operation: Operation;
  readonly scratch: ReadonlyMap<string, number>;
}

/** Provides scratch memory for tensors, one batch after the other. */
interface ScratchSource {
  readonly device: GPUDevice;
  readonly scratch: SharedWords;
}

interface PlacedRecording {
  readonly index: number;
  readonly operations: readonly Operation[];
  readonly scratch: ReadonlyMap<string, number>;
}

/** The bytes of scratch memory that a batch of tensors may take, unless one tensor takes more. The next batch uses them again. */
const maxTogether = 1 << 26;

/** Divides tensors into batches. Tensors whose operations are dispatched together have separate scratch memory. */
function batchesOf(
  recordings: ReadonlyMap<GpuTensor, Recording>,
  { pieces }: Segment,
  { device, scratch: space }: ScratchSource,
): PlacedRecording[][] {
  const most = Math.min(maxTogether, bindingBytes(device));
  const batches: PlacedRecording[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const [index, { tensor }] of pieces.entries()) {
    const recording = recordings.get(tensor)!;
    if (4 * (used + wordsOf(recording)) > most) {
      batches.push([]);
      used = 0;
    }
    const scratch = new Map<string, number>();
    for (const [name, length] of recording.scratch) {
      scratch.set(name, used);
      used += length;
    }
    space.reserve(used);
    batches.at(-1)!.push({ index, operations: recording.operations, scratch });
  }
  return batches;
}

/** The operations of some tensors in order. Operations of the same form are dispatched together. */
function interleaved(
  batch: readonly PlacedRecording[],
  codeOf: (operation: Operation) => string,
): Together[] {
  const most = Math.max(...batch.map(({ operations }) => operations.length));
  return Array.from({ length: most }).flatMap((_, turn) => {
    const groups = new Map<string, Map<number, PlacedOperation>>();
    for (const { index, operations, scratch } of batch) {
      const operation = operations[turn];
      if (operation !== undefined) {
        const code = codeOf(operation);
        const group = groups.get(code) ?? new Map<number, PlacedOperation>();
        groups.set(code, group.set(index, { operation, scratch }));
      }
    }
    return [...groups].map(([code, operations]) => ({ code, operations }));
  });
}

/** The dispatches of a call for the tensors of a segment, in order. */
export function togetherOf(
  recordings: ReadonlyMap<GpuTensor, Recording>,
  segment: Segment,
  shared: ScratchSource,
  codeOf: (operation: Operation) => string,
): Together[] {
  const codes = new Map<Operation, string>();
  const remembered = (operation: Operation): string => {
    const code = codes.get(operation) ?? codeOf(operation);
    codes.set(operation, code);
    return code;
  };
  return batchesOf(recordings, segment, shared).flatMap((batch) => interleaved(batch, remembered));
}
