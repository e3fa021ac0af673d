/** Calls of routines of whole matrices: what they come to for each tensor, and their dispatches. */
import { type Recording, recordRoutine } from "../compilers/wgsl/matrices/engine.ts";
import type { Operation } from "../compilers/wgsl/matrices/operation.ts";
import type { Program, RoutineCall } from "../rule/program.ts";
import { BindingError } from "../runtime/errors.ts";
import type { Plan } from "../runtime/plans.ts";
import type { HostValues } from "./host.ts";
import type { Kept, Segment } from "./segments.ts";
import type { GpuTensor } from "./tensor.ts";

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

/** @throws {BindingError} where the rule needs what a GPU has not */
export function recordingsOf(
  plan: Plan<GpuTensor>,
  program: Program,
  host: HostValues,
): Recordings {
  const calls = program.passes.filter((pass) => pass.form === "routine");
  return new Map(
    calls.map((call) => [
      call,
      new Map(
        plan.tensors.map((tensor) => [tensor, recordingOf(plan, program, call, tensor, host)]),
      ),
    ]),
  );
}

/** The rooms that calls share: each as large as the largest one that is asked for beside a tensor. */
export function roomsOf(recordings: readonly Recordings[]): Kept[] {
  const all = recordings.flatMap((each) => [...each.values()]);
  const sizes = new Map<string, Map<GpuTensor, number>>();
  for (const [tensor, { rooms }] of all.flatMap((each) => [...each])) {
    for (const [name, size] of rooms) {
      const known = sizes.get(name) ?? new Map<GpuTensor, number>();
      sizes.set(name, known.set(tensor, Math.max(known.get(tensor) ?? 0, size)));
    }
  }
  return [...sizes].map(([key, known]) => ({
    key,
    lengthFor: ({ tensor }) => known.get(tensor) ?? 0,
  }));
}

/**
 * A call for the tensors of a segment: its operations one after the other, of all tensors together.
 * @returns what is to be dispatched at once: operations of one shader, by the index of their piece
 */
export function togetherOf(
  recordings: ReadonlyMap<GpuTensor, Recording>,
  { pieces }: Segment,
  codeOf: (operation: Operation) => string,
): { readonly code: string; readonly operations: ReadonlyMap<number, Operation> }[] {
  const lists = pieces.map(({ tensor }) => recordings.get(tensor)!.operations);
  const most = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: most }).flatMap((_, turn) => {
    const groups = new Map<string, Map<number, Operation>>();
    for (const [index, list] of lists.entries()) {
      const operation = list[turn];
      if (operation !== undefined) {
        const code = codeOf(operation);
        groups.set(code, (groups.get(code) ?? new Map<number, Operation>()).set(index, operation));
      }
    }
    return [...groups].map(([code, operations]) => ({ code, operations }));
  });
}
