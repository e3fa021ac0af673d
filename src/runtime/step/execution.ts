/** A program bound to the tensors of one plan: runs its passes over them, stage by stage. */
import { partialsOf, type Storage } from "../../compilers/backend.ts";
import { Feature } from "../../feature.ts";
import type { keyOf } from "../../rule/graph/random.ts";
import {
  draws,
  type Loop,
  loopsOf,
  type Pass,
  type Program,
  slotIndex,
} from "../../rule/planning/program.ts";
import { AgesAtStep } from "../binding/ages.ts";
import {
  BoundTensor,
  CallRecord,
  type RowLoops,
  recordsIn,
  ValueBlock,
} from "../binding/callRecord.ts";
import { type ExecutionSource, isWhole, storageOf, wholeTensors } from "../binding/plans.ts";
import { findGradientsOf, placeSegment, type Segment, segmentsOf } from "../binding/segments.ts";
import type { Tensor } from "../binding/tensor.ts";
import { StagedLoops } from "../gradients/staged.ts";
import type { WholeTensors } from "../gradients/wholeTensors.ts";
import { type KernelWithScratch, wideGradients, withScratch } from "../memory/scratch.ts";
import { canBeParted, isWorthSharing, partLength } from "../threads/parts.ts";
import { HostPlan } from "./host.ts";
import { HyperAtStep } from "./hyper.ts";
import { PartialResults } from "./partials.ts";

/** Makes the key of a tensor's draws. */
export const drawKey = new Feature<typeof keyOf>();

export class Execution {
  readonly program: Program;
  readonly tensors: readonly BoundTensor[];
  readonly plan: HostPlan;
  readonly ages: AgesAtStep;
  /** The stages that run something are below this. */
  readonly stages: number;
  /** This step's sum of the guard, zero or NaN in any order of its tensors: a place for each would take longer. */
  readonly guard = new Float64Array(1);
  readonly #compiled: KernelWithScratch;
  readonly #segments: readonly Segment[];
  /** Which passes run over a segment at once. */
  readonly #across: readonly boolean[];
  readonly #source: ExecutionSource;
  /** Of the program's slots. */
  readonly #storages: readonly Storage[];
  readonly #staged: StagedLoops;
  #gathered: RowLoops | undefined;
  readonly #draws: boolean;
  readonly #key = new Uint32Array(2);
  /** Of a program that cannot work on a part of a tensor. */
  readonly #whole: WholeTensors | undefined;
  readonly #hyper: HyperAtStep;
  readonly #partials: PartialResults;
  /** Whose values are computed: the first tensor's stand for all, unless values depend on the tensor. */
  readonly #valued: readonly BoundTensor[];

  constructor(source: ExecutionSource) {
    const { scope, compiler, partials } = source;
    const { rule, program, type, tensors } = source.plan;
    this.#storages = program.slots.map(({ name }) => storageOf(source.plan, name));
    this.#source = source;
    this.program = program;
    this.stages = Math.max(0, ...program.passes.map(({ stage }) => stage)) + 1;
    const kernel = compiler.compile(program, type, scope.memory.wasm, this.#storages);
    this.#compiled = withScratch(kernel, scope, source.threadPool?.most);
    this.plan = new HostPlan(program, source.plan.hyper);
    const whole = isWhole(program) ? wholeTensors.value : undefined;
    this.#whole = whole && new whole.WholeTensors(source, this.plan);
    this.#staged = new StagedLoops(source, this.#runLoop.bind(this));
    this.#draws = loopsOf(program).some(({ loop }) => draws(loop));
    this.#hyper = new HyperAtStep(rule, this.plan.hyper, source.plan.hyper, source.schedules);
    this.ages = new AgesAtStep(this.plan.ages, source.ages);
    this.#partials = new PartialResults(program, type, partials, scope.memory.wasm);
    this.tensors = this.#bindAll(tensors);
    this.#valued = this.plan.perTensor ? this.tensors : this.tensors.slice(0, 1);
    this.#segments = segmentsOf(this.tensors, source, this.#storages);
    this.#across = program.passes.map((pass) => this.#runsAcross(pass));
  }

  /** The parameters that take no gradient of some rows, and why. */
  get takesWhole(): [name: string, why: string][] {
    const why = this.#whole
      ? "its rule needs whole rows and columns"
      : this.#storages.some(({ blocks }) => blocks) && "its state is kept in blocks";
    return why ? this.tensors.map(({ tensor }) => [tensor.name, why]) : [];
  }

  /** Says where a slot of all tensors is, given each tensor's place. */
  place(slot: string, address: (tensor: Tensor) => number | undefined): void {
    const index = slotIndex(this.program, slot);
    for (const { tensor, call } of this.tensors) {
      call.setSlot(index, address(tensor) ?? 0);
    }
    for (const segment of this.#segments) {
      placeSegment(segment, index, this.#storages[index]!);
    }
  }

  /** Looks where the gradients of this step and the next ones are. */
  findGradients(): void {
    for (const segment of this.#segments) {
      findGradientsOf(segment);
    }
  }

  /** Takes what step `t` brings. */
  begin(t: number, loss = Number.NaN): void {
    this.#hyper.begin(t);
    this.guard[0] = 0;
    this.ages.begin(t);
    for (let index = 0; index < this.#valued.length; index++) {
      this.#valued[index]!.inputs.loss = loss;
    }
    if (this.#whole === undefined && !this.#draws) {
      return;
    }
    for (let index = 0; index < this.tensors.length; index++) {
      const bound = this.tensors[index]!;
      this.#whole?.bringIn(bound);
      if (this.#draws) {
        drawKey.value(this.#key, this.#source.seed, bound.tensor.name, t);
        bound.call.setKey(this.#key);
      }
    }
  }

  /** Computes what the host can compute now, then runs the passes of a stage. */
  runStage(stage: number): void {
    this.#evaluate(stage);
    const { passes } = this.program;
    for (let index = 0; index < passes.length; index++) {
      if (passes[index]!.stage === stage) {
        this.#runPass(index);
      }
    }
  }

  /** Keeps the step's results that no loop has written. */
  end(): void {
    for (let stage = this.stages; stage < this.plan.stages; stage++) {
      this.#evaluate(stage);
    }
    const { scalars } = this.program;
    if (scalars.length === 0 && this.#whole === undefined) {
      return;
    }
    for (let i = 0; i < this.tensors.length; i++) {
      const bound = this.tensors[i]!;
      for (let index = 0; index < scalars.length; index++) {
        const { value, shared } = scalars[index]!;
        if (shared || !bound.gathered?.absent) {
          bound.inputs.scalars[index] = bound.block.values[this.plan.position(value)]!;
        }
      }
      this.#whole?.takeBack(bound);
    }
  }

  /** Copies a hyperparameter, by its position in the plan. */
  copyHyper(position: number, to: Float64Array, index: number): void {
    to[index] = this.#hyper.values[position]!;
  }

  #evaluate(stage: number): void {
    if (stage >= this.plan.stages) {
      return;
    }
    for (let index = 0; index < this.#valued.length; index++) {
      const { block, inputs } = this.#valued[index]!;
      block.evaluate(stage, inputs, index === 0 ? undefined : this.#valued[0]!.block);
    }
  }

  #runPass(index: number): void {
    const pass = this.program.passes[index]!;
    if (pass.form === "routine") {
      for (let i = 0; i < this.tensors.length; i++) {
        this.#whole!.runRoutine(pass, this.tensors[i]!);
      }
    } else if (this.#across[index]) {
      for (let i = 0; i < this.#segments.length; i++) {
        this.#runSegment(index, pass, this.#segments[i]!);
      }
    } else {
      for (let i = 0; i < this.tensors.length; i++) {
        this.#runTensor(index, pass, this.tensors[i]!);
      }
    }
  }

  /** Tensors have values of their own where these depend on the tensor. */
  #bindAll(tensors: readonly Tensor[]): BoundTensor[] {
    const { scope, partials, plan, scalars } = this.#source;
    const { program, type } = plan;
    const nextRecord = recordsIn(scope, program, tensors.length);
    const newBlock = () => new ValueBlock(scope, this.plan, program, type);
    const newReductions = () => new Float64Array(program.reductions.length);
    const common = this.plan.perTensor ? undefined : ([newBlock(), newReductions()] as const);
    return tensors.map((tensor) => {
      const [block, reductions] = common ?? [newBlock(), newReductions()];
      const call = new CallRecord(nextRecord(), program, [tensor], block.address, this.#storages);
      call.setPartials(partials.address, partials.stride);
      return new BoundTensor(tensor, call, block, {
        ages: this.ages.values,
        hyper: this.#hyper.values,
        scalars: scalars?.get(tensor) ?? new Float64Array(program.scalars.length),
        reductions,
      });
    });
  }

  /**
   * Whether a loop may treat padding between tensors as elements: it reduces nothing but the guard,
   * to which zeros add nothing, and reads no value that depends on the tensor.
   */
  #runsAcross(pass: Pass): boolean {
    return (
      pass.form === "loop" &&
      this.#whole === undefined &&
      !this.plan.perTensor &&
      !draws(pass) &&
      !this.#storages.some(({ blocks }) => blocks) &&
      pass.reductions.every(({ node }) => node === this.program.guard)
    );
  }

  #runSegment(index: number, pass: Loop, segment: Segment): void {
    const { call, members } = segment;
    if (!segment.together) {
      for (let i = 0; i < members.length; i++) {
        this.#runTensor(index, pass, members[i]!);
      }
      return;
    }
    this.#runRange(index, call, call.length);
    this.#reduce(pass, members[0]!, partialsOf(pass, call.length));
  }

  #runTensor(index: number, pass: Loop, bound: BoundTensor): void {
    const { call } = bound;
    if (bound.gathered !== undefined) {
      this.#gathered ??= new bound.gathered.Loops(this.#source, this.#compiled.kernel);
      const partials = this.#gathered.run(index, bound, bound.gathered);
      this.#reduce(pass, bound, partials);
      return;
    }
    const length = this.#whole?.prepare(pass, bound) ?? call.length;
    this.#runRange(index, call, length);
    this.#reduce(pass, bound, partialsOf(pass, length));
  }

  #runRange(index: number, call: CallRecord, length: number): void {
    if (this.#whole !== undefined || !this.#staged.run(index, call)) {
      this.#runLoop(index, call, length);
    }
  }

  /**
   * Runs a loop over arrays that kernels reach, on several threads where that pays.
   * @param meanwhile what this thread does before it takes part
   */
  #runLoop(index: number, call: CallRecord, length: number, meanwhile?: () => void): void {
    const { threadPool } = this.#source;
    const { kernel, scratch, scratchBytes } = call.wide
      ? wideGradients.value(this.#source, this.#storages)
      : this.#compiled;
    const { shared } = kernel;
    const pass = this.program.passes[index] as Loop;
    const width = pass.byRows ? call.width : 1;
    if (threadPool && shared && isWorthSharing(length * width) && canBeParted(pass)) {
      const grain = partLength(pass, length, width);
      threadPool.run(shared, index, call.address, length, grain, scratch, scratchBytes, meanwhile);
    } else {
      meanwhile?.();
      kernel.run(index, call.address, 0, length);
    }
  }

  /** Combines what a pass has left of a tensor; a norm that was out of range is taken once more. */
  #reduce(pass: Loop, bound: BoundTensor, count: number): void {
    for (let i = 0; i < pass.reductions.length; i++) {
      const again = this.#partials.combine(pass, i, bound, count, this.guard);
      if (again >= 0) {
        this.#runTensor(again, this.program.passes[again] as Loop, bound);
      }
    }
  }
}
