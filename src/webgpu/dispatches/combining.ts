/** The dispatches that combine the partial results of reductions. */
import { bindings, combineJob } from "../../compilers/wgsl/layout.ts";
import { operatorCode } from "../../compilers/wgsl/operators.ts";
import { combineShader } from "../../compilers/wgsl/steps.ts";
import type { ReductionOperator } from "../../rule/graph/operators.ts";
import { identities } from "../../rule/graph/operators.ts";
import { type Loop, loopsOf, type Reduction } from "../../rule/planning/program.ts";
import type { Contribution } from "../../runtime/step/stageOrder.ts";
import type { Dispatch } from "../device/commands.ts";
import type { Access } from "../device/device.ts";
import type { GpuTensor } from "../tensor.ts";
import type { GpuExecution } from "./execution.ts";
import type { BoundProgram } from "./programs.ts";
import type { Shared } from "./shared.ts";

interface Job {
  readonly from: number;
  readonly count: number;
  readonly operator: ReductionOperator;
  readonly to: number;
}

/** A number that `values` contains from the start. */
export interface InitialValue {
  readonly at: number;
  readonly value: number;
}

const access: Access = { [bindings.table]: "read", [bindings.values]: "write" };

function dispatchOf(jobs: readonly Job[], { tables, buffers }: Shared): Dispatch[] {
  if (jobs.length === 0) {
    return [];
  }
  const words = new Uint32Array(1 + jobs.length * combineJob.length);
  words[0] = jobs.length;
  for (const [index, { from, count, operator, to }] of jobs.entries()) {
    const at = 1 + index * combineJob.length;
    words[at + combineJob.from] = from;
    words[at + combineJob.count] = count;
    words[at + combineJob.operator] = operatorCode[operator];
    words[at + combineJob.to] = to;
  }
  const table = tables.add(words);
  const resources = () => ({
    [bindings.table]: table(),
    [bindings.values]: { buffer: buffers().values },
  });
  return [{ code: combineShader, access, workgroups: jobs.length, resources }];
}

/** Combines a tensor's partial results to one number, or gives the result for no elements. */
function tensorJob(
  execution: GpuExecution,
  loop: Loop,
  { index, node }: Reduction,
  tensor: GpuTensor,
  to: number,
): { readonly job?: Job; readonly initialValue?: InitialValue } {
  const parts = execution.partsOf(loop).get(tensor);
  if (parts === undefined || parts.count === 0) {
    return { initialValue: { at: to, value: identities[node.operator] } };
  }
  const from = execution.partials + index * execution.partialsStride + parts.first;
  return { job: { from, count: parts.count, operator: node.operator, to } };
}

export class Combining {
  readonly initialValues: InitialValue[] = [];
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** Combines partial results of a stage for each tensor. */
  ofTensors(execution: GpuExecution, stage: number): Dispatch[] {
    const loops = loopsOf(execution.program).filter(({ loop }) => loop.stage === stage);
    const jobs = loops.flatMap(({ loop }) =>
      loop.reductions
        .filter(({ node }) => node.scope === "tensor")
        .flatMap((reduction) =>
          execution.tensors.map((tensor) => {
            const to = execution.reductionAt(reduction.index, tensor);
            return tensorJob(execution, loop, reduction, tensor, to);
          }),
        ),
    );
    return dispatchOf(this.#take(jobs), this.#shared);
  }

  /** Reserves the place of a reduction over all parameters, and tells it to all programs that read it. */
  reserve(contributions: readonly Contribution<BoundProgram>[]): number {
    const at = this.#shared.values.allocate(1);
    for (const { of, reduction } of contributions) {
      of.execution.globals[reduction.index] = at;
    }
    return at;
  }

  /** Combines a reduction over all parameters: first the partial results of each tensor, then these, in the order of names. */
  global(contributions: readonly Contribution<BoundProgram>[], to: number): Dispatch[] {
    const all = contributions
      .flatMap(({ of: { execution }, reduction }) => {
        const { loop } = loopsOf(execution.program).find((each) =>
          each.loop.reductions.includes(reduction),
        )!;
        return execution.tensors.map((tensor) => ({ execution, loop, reduction, tensor }));
      })
      .sort((a, b) => (a.tensor.name < b.tensor.name ? -1 : 1));
    const from = this.#shared.values.allocate(all.length);
    const firsts = all.map(({ execution, loop, reduction, tensor }, index) => {
      execution.shares[reduction.index] ??= new Map();
      execution.shares[reduction.index]!.set(tensor, from + index);
      return tensorJob(execution, loop, reduction, tensor, from + index);
    });
    const { operator } = contributions[0]!.reduction.node;
    return [
      ...dispatchOf(this.#take(firsts), this.#shared),
      ...dispatchOf([{ from, count: all.length, operator, to }], this.#shared),
    ];
  }

  #take(all: readonly ReturnType<typeof tensorJob>[]): Job[] {
    this.initialValues.push(
      ...all.flatMap(({ initialValue }) => (initialValue ? [initialValue] : [])),
    );
    return all.flatMap(({ job }) => (job ? [job] : []));
  }
}
