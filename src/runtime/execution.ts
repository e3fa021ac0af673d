/** A program bound to the tensors of one group and type: runs its passes over them. */
import {
  blockLength,
  type Compiler,
  type ElementType,
  elementBytes,
  type Kernel,
} from "../compilers/compiler.ts";
import type { HyperValue } from "../rule/definition.ts";
import { HyperparameterError } from "../rule/errors.ts";
import type { Pass, Program } from "../rule/program.ts";
import { HostPlan } from "./host.ts";
import type { MemoryScope } from "./memory.ts";
import { combineTree } from "./reduce.ts";
import { ForeignArray, type StagingBuffer, stagedLength } from "./staging.ts";
import type { Tensor } from "./tensor.ts";
import { adjoins, BoundTensor, spanLength, Unit, ValueBlock } from "./unit.ts";

const parameterSlot = 0;
const gradientSlot = 1;

/** Where staged parameters and gradients pass through. */
export interface Staging {
  readonly parameter: StagingBuffer;
  readonly gradient: StagingBuffer;
}

/** What a pass does with the arrays that may be the caller's. */
interface Access {
  readonly loadsParameter: boolean;
  readonly storesParameter: boolean;
  readonly loadsGradient: boolean;
}

function accessOf({ loads, stores }: Pass): Access {
  return {
    loadsParameter: loads.some(({ slot }) => slot === "p"),
    storesParameter: stores.some(({ slot }) => slot === "p"),
    loadsGradient: loads.some(({ slot }) => slot === "g"),
  };
}

interface Segment {
  readonly unit: Unit;
  readonly members: readonly BoundTensor[];
}

export interface ExecutionSource {
  readonly scope: MemoryScope;
  readonly compiler: Compiler;
  readonly program: Program;
  readonly type: ElementType;
  /** Those with an address first, in its order. */
  readonly tensors: readonly Tensor[];
  readonly hyper: ReadonlyMap<string, HyperValue>;
  readonly staging: () => Staging;
  /** Address of the partial results and bytes of one reduction's row of them. */
  readonly partials: { readonly address: number; readonly stride: number };
}

export class Execution {
  readonly program: Program;
  readonly type: ElementType;
  readonly tensors: readonly BoundTensor[];
  readonly plan: HostPlan;
  readonly #kernel: Kernel;
  readonly #segments: readonly Segment[];
  readonly #source: ExecutionSource;
  readonly #access: readonly Access[];
  readonly #hyper: Float64Array;
  readonly #partials: Float64Array;
  /** One for all tensors, unless values depend on the tensor. */
  readonly #sharedBlock: ValueBlock | undefined;

  constructor(source: ExecutionSource) {
    const { scope, program, type, tensors, partials } = source;
    const { wasm } = scope.memory;
    this.#source = source;
    this.program = program;
    this.type = type;
    this.#access = program.passes.map(accessOf);
    this.#kernel = source.compiler.compile(program, type, wasm);
    this.plan = new HostPlan(program);
    this.#hyper = new Float64Array(this.plan.hyper.length);
    this.#partials = new Float64Array(
      wasm.buffer,
      0,
      (partials.address + partials.stride * program.reductions.length) / 8,
    );
    this.#sharedBlock = this.plan.perTensor
      ? undefined
      : new ValueBlock(scope, this.plan, program, type);
    this.tensors = tensors.map((tensor) => this.#bind(tensor));
    this.#segments = this.#findSegments();
  }

  /** Says where a slot of all tensors is, given each tensor's place. */
  place(slot: string, address: (tensor: Tensor) => number | undefined): void {
    const index = this.program.slots.indexOf(slot);
    for (const { tensor, unit } of this.tensors) {
      unit.setSlot(index, address(tensor) ?? 0);
    }
    for (const { unit, members } of this.#segments) {
      unit.setSlot(index, address(members[0]!.tensor) ?? 0);
    }
  }

  /** Takes the hyperparameters of step `t` and computes what depends on nothing else. */
  begin(t: number, loss = Number.NaN): void {
    for (let index = 0; index < this.#hyper.length; index++) {
      this.#hyper[index] = valueAt(this.#source.hyper, this.plan.hyper[index]!, t);
    }
    for (let index = 0; index < this.tensors.length; index++) {
      this.tensors[index]!.inputs.t = t;
      this.tensors[index]!.inputs.loss = loss;
    }
    this.finish(0);
  }

  /** Computes what a stage makes available, once the passes before it have run. */
  finish(stage: number): void {
    if (stage >= this.plan.stages) {
      return;
    }
    if (this.#sharedBlock !== undefined) {
      this.#sharedBlock.evaluate(stage, this.tensors[0]!.inputs);
      return;
    }
    for (let index = 0; index < this.tensors.length; index++) {
      const { block, inputs } = this.tensors[index]!;
      block.evaluate(stage, inputs);
    }
  }

  /** Keeps the new values of state that the host holds, once the step's last pass has run. */
  keepScalars(): void {
    const { scalars } = this.program;
    for (let i = 0; i < this.tensors.length; i++) {
      const { block, inputs } = this.tensors[i]!;
      for (let index = 0; index < scalars.length; index++) {
        inputs.scalars[index] = block.values[this.plan.position(scalars[index]!.value)]!;
      }
    }
  }

  /** Whether a host value is NaN; of the first tensor, where it depends on that. */
  isNaN(position: number): boolean {
    return Number.isNaN(this.tensors[0]!.block.values[position]!);
  }

  /** Copies a hyperparameter of this step, by its position in the plan. */
  copyHyper(position: number, to: Float64Array, index: number): void {
    to[index] = this.#hyper[position]!;
  }

  /** Copies a host value. A number that a method returned would be allocated. */
  copyValue(position: number, to: Float64Array, index: number): void {
    to[index] = this.tensors[0]!.block.values[position]!;
  }

  run(index: number): void {
    const pass = this.program.passes[index];
    if (pass === undefined) {
      return;
    }
    if (this.#runsAcross(pass)) {
      for (let i = 0; i < this.#segments.length; i++) {
        this.#runSegment(index, pass, this.#segments[i]!);
      }
    } else {
      for (let i = 0; i < this.tensors.length; i++) {
        this.#runTensor(index, pass, this.tensors[i]!);
      }
    }
  }

  #bind(tensor: Tensor): BoundTensor {
    const { scope, partials } = this.#source;
    const block = this.#sharedBlock ?? new ValueBlock(scope, this.plan, this.program, this.type);
    const unit = new Unit(scope, this.program, tensor.length, block.address);
    unit.setPartials(partials.address, partials.stride);
    const foreign =
      tensor.address === undefined ? new ForeignArray(tensor.data, this.type) : undefined;
    const { length } = this.program.scalars;
    return new BoundTensor(tensor, unit, block, this.#hyper, length, foreign);
  }

  #findSegments(): Segment[] {
    const runs: BoundTensor[][] = [];
    for (const bound of this.tensors) {
      const run = runs.at(-1);
      if (run !== undefined && adjoins(run.at(-1)!.tensor, bound.tensor)) {
        run.push(bound);
      } else {
        runs.push([bound]);
      }
    }
    const { scope, partials } = this.#source;
    return runs.map((members) => {
      const first = members[0]!;
      if (members.length === 1) {
        return { unit: first.unit, members };
      }
      const length = spanLength(
        members.map(({ tensor }) => tensor),
        this.type,
      );
      const unit = new Unit(scope, this.program, length, first.block.address);
      unit.setPartials(partials.address, partials.stride);
      return { unit, members };
    });
  }

  /**
   * Whether a pass may treat padding between tensors as elements: it reduces nothing but the guard,
   * to which zeros add nothing, and reads no value that depends on the tensor.
   */
  #runsAcross(pass: Pass): boolean {
    return !this.plan.perTensor && pass.reductions.every(({ node }) => node === this.program.guard);
  }

  #runSegment(index: number, pass: Pass, { unit, members }: Segment): void {
    for (let i = 0; i < members.length; i++) {
      if (this.#isStaged(members[i]!, this.#access[index]!)) {
        for (let j = 0; j < members.length; j++) {
          this.#runTensor(index, pass, members[j]!);
        }
        return;
      }
    }
    this.#kernel.run(index, unit.record);
    this.#combine(pass, members[0]!, unit);
    for (let i = 1; i < members.length; i++) {
      members[i]!.unit.results.fill(0);
    }
  }

  #runTensor(index: number, pass: Pass, bound: BoundTensor): void {
    const access = this.#access[index]!;
    if (this.#isStaged(bound, access)) {
      this.#runStaged(index, access, bound);
    } else {
      this.#kernel.run(index, bound.unit.record);
    }
    this.#combine(pass, bound, bound.unit);
  }

  #isStaged(bound: BoundTensor, access: Access): boolean {
    return (
      (bound.foreignGradient !== undefined && access.loadsGradient) ||
      (bound.foreignParameter !== undefined && (access.loadsParameter || access.storesParameter))
    );
  }

  #runStaged(index: number, access: Access, bound: BoundTensor): void {
    const { unit, tensor, foreignParameter, foreignGradient } = bound;
    const { type } = this;
    const { parameter, gradient } = this.#source.staging();
    const { address } = this.#source.partials;
    const bytes = elementBytes[type];
    const length = stagedLength(type);
    for (let start = 0, block = 0; start < tensor.length; start += length, block++) {
      const count = Math.min(length, tensor.length - start);
      unit.narrow(start * bytes, count, address + 8 * (start / blockLength));
      if (foreignGradient !== undefined && access.loadsGradient) {
        gradient.fill(type, foreignGradient.blocks[block]!);
        unit.redirect(gradientSlot, gradient.address);
      }
      if (foreignParameter !== undefined) {
        if (access.loadsParameter) {
          parameter.fill(type, foreignParameter.blocks[block]!);
        }
        unit.redirect(parameterSlot, parameter.address);
      }
      this.#kernel.run(index, unit.record);
      if (foreignParameter !== undefined && access.storesParameter) {
        parameter.copyTo(type, foreignParameter.blocks[block]!);
      }
    }
    unit.widen(address);
  }

  /** Combines the partial results that a pass has left for one range. */
  #combine(pass: Pass, bound: BoundTensor, unit: Unit): void {
    const { address, stride } = this.#source.partials;
    for (let i = 0; i < pass.reductions.length; i++) {
      const { index, node } = pass.reductions[i]!;
      const offset = (address + index * stride) / 8;
      const count = Math.ceil(unit.length / blockLength);
      combineTree(node.operator, this.#partials, offset, count);
      bound.unit.results[index] = this.#partials[offset]!;
      bound.inputs.reductions[index] = this.#partials[offset]!;
    }
  }
}

/** A hyperparameter at a step; switches are 1 and 0. */
function valueAt(hyper: ReadonlyMap<string, HyperValue>, name: string, t: number): number {
  const value = hyper.get(name)!;
  if (typeof value !== "function") {
    return Number(value);
  }
  const result: unknown = value(t);
  if (typeof result !== "number" || Number.isNaN(result)) {
    throw new HyperparameterError(
      `the schedule of ${name} gave ${String(result)} at step ${t}; it must give a number`,
    );
  }
  return result;
}
