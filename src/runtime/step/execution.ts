/** Runs a program over the tensors of one plan, stage by stage. */
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

/** Makes the key of a tensor's random draws. */
export const drawKey = new Feature<typeof keyOf>();

export class Execution {
  readonly program: Program;
  readonly tensors: readonly BoundTensor[];
  readonly plan: HostPlan;
  readonly ages: AgesAtStep;
  /** Stages with this number or a higher one run nothing. */
  readonly stages: number;
  /** This step's sum of the guard: zero or NaN, in any order of tensors. One place for all takes less time than one for each. */
  readonly guard = new Float64Array(1);
  readonly #compiled: KernelWithScratch;
  readonly #segments: readonly Segment[];
  /** For each pass, whether it runs over a whole segment at once. */
  readonly #across: readonly boolean[];
  readonly #source: ExecutionSource;
  /** The storages of the program's slots. */
  readonly #storages: readonly Storage[];
  readonly #staged: StagedLoops;
  #gathered: RowLoops | undefined;
  readonly #draws: boolean;
  readonly #key = new Uint32Array(2);
  /** Present if the program needs whole tensors. */
  readonly #whole: WholeTensors | undefined;
  readonly #hyper: HyperAtStep;
  readonly #partials: PartialResults;
  /** The tensors whose values are computed: only the first, unless values depend on the tensor. */
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

  /** The parameters that take no sparse gradients, with the reason. */
  get takesWhole(): [name: string, why: string][] {
    const why = this.#whole
      ? "its rule needs whole rows and columns"
      : this.#storages.some(({ blocks }) => blocks) && "its state is kept in blocks";
    return why ? this.tensors.map(({ tensor }) => [tensor.name, why]) : [];
  }

  /** Sets the address of a slot for all tensors. */
  place(slot: string, address: (tensor: Tensor) => number | undefined): void {
    const index = slotIndex(this.program, slot);
    for (const { tensor, call } of this.tensors) {
      call.setSlot(index, address(tensor) ?? 0);
    }
    for (const segment of this.#segments) {
      placeSegment(segment, index, this.#storages[index]!);
    }
  }

  /** Finds the gradients of this step and the next ones. */
  findGradients(): void {
    for (const segment of this.#segments) {
      findGradientsOf(segment);
    }
  }

  /** Takes over the hyperparameters and the loss of step `t`. */
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

  /** Computes the host's values of a stage, then runs its passes. */
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

  /** Copies a hyperparameter, by its index in the plan. */
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

  /** Binds tensors. If values depend on the tensor, each has its own. */
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
   * Whether a loop may treat the padding between tensors as elements: it reduces only the guard, to which zeros add nothing, and
   * reads no value that depends on the tensor.
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
   * Runs a loop over arrays in the kernels' memory, on several threads if that is faster.
   * @param meanwhile this thread calls it before it takes part
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

  /** Combines the partial results of a pass for one tensor. A norm that was out of range is computed again. */
  #reduce(pass: Loop, bound: BoundTensor, count: number): void {
    for (let i = 0; i < pass.reductions.length; i++) {
      const again = this.#partials.combine(pass, i, bound, count, this.guard);
      if (again >= 0) {
        this.#runTensor(again, this.program.passes[again] as Loop, bound);
      }
    }
  }
}
