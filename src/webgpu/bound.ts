/** The parts of an optimizer that depend on the ages of its rule's parts: all but parameters, gradients and state. */
import { status, stepInputs } from "../compilers/wgsl/layout.ts";
import type { Rule } from "../rule/definition.ts";
import { type Begun, cohortsOf } from "../runtime/binding/ages.ts";
import type { Group } from "../runtime/binding/groups.ts";
import type { StateStorage } from "../runtime/binding/storing.ts";
import type { NonFinitePolicy } from "../runtime/settings.ts";
import { Schedules } from "../runtime/step/hyper.ts";
import { type Dispatch, prepare } from "./device/commands.ts";
import { SharedWords, WordAllocator } from "./dispatches/allocators.ts";
import { evaluationSets, fillingSets } from "./dispatches/beside.ts";
import type { InitialValue } from "./dispatches/combining.ts";
import { dispatchesOf, finishDispatch } from "./dispatches/dispatchOrder.ts";
import {
  type AgedTensors,
  bindPlan,
  evaluatedFrom,
  type GpuPlan,
  type LaidOut,
  type SharedByUse,
  type Use,
} from "./dispatches/programs.ts";
import type { Shared } from "./dispatches/shared.ts";
import { Tables } from "./dispatches/tables.ts";
import { GpuEvaluation } from "./evaluation.ts";
import { allocate, type GpuParameterSource } from "./parameters.ts";
import { ratesIn } from "./report.ts";
import type { GpuBound } from "./settings.ts";
import { InitialStates } from "./state/initialStates.ts";
import { Losses } from "./step/loss.ts";
import { RowSteps } from "./step/selecting.ts";
import { UniformRing } from "./step/uniformRing.ts";
import { zeroDispatches } from "./step/zeroing.ts";
import type { GpuTensor, Place } from "./tensor.ts";

/** The arguments of `optimize`, checked. */
export interface BindSource {
  readonly device: GPUDevice;
  readonly parameters: GpuParameterSource;
  readonly tensors: readonly GpuTensor[];
  readonly gradients: ReadonlyMap<GpuTensor, Place>;
  readonly rule: Rule;
  readonly groups: readonly Group[];
  readonly nonFinite: NonFinitePolicy;
  readonly zeroGradients: boolean;
  readonly seed: number;
  readonly rows: boolean;
  readonly storage: StateStorage | undefined;
  /** The buffers that the optimizer owns, and destroys. */
  readonly owned: GPUBuffer[];
}

/** The rows of the ring of host values. So many steps may be skipped before the host knows of it. */
const ringRows = 256;

function makeBuffers(device: GPUDevice, { ring, values, scratch }: Shared, statuses: number) {
  const statusFor = (what: string) => allocate(device, 4 * status.length, `gradus status${what}`);
  return {
    ring: allocate(device, 4 * ring.length * ringRows, "gradus host values"),
    values: allocate(device, 4 * values.length, "gradus values"),
    status: statusFor(""),
    scratch: allocate(device, 4 * scratch.length, "gradus scratch for matrices"),
    /** For programs that do not belong to a step. */
    beside: Array.from({ length: statuses }, () => statusFor(" beside steps")),
  };
}

type Buffers = ReturnType<typeof makeBuffers>;

/** What programs share. */
class SharedInAll implements SharedByUse {
  readonly step: Shared;
  readonly #beside = new Map<string, Shared>();
  readonly #device: GPUDevice;
  #buffers: Buffers | undefined;

  constructor(device: GPUDevice, zeroesSkipped: boolean) {
    this.#device = device;
    const [ring, values] = [new WordAllocator(), new WordAllocator()];
    const spaces = { ring, values, scratch: new SharedWords() };
    spaces.values.allocate(stepInputs.length);
    this.step = {
      ...{ device, tables: new Tables(), schedules: new Schedules() },
      ...spaces,
      ...{ ringRows, zeroesSkipped, buffers: () => this.#buffers! },
    };
  }

  beside(use: Use, behind: number): Shared {
    const key = `${use} ${behind}`;
    const index = this.#beside.size;
    const shared = this.#beside.get(key) ?? {
      ...this.step,
      buffers: () => ({ ...this.#buffers!, status: this.#buffers!.beside[index]! }),
    };
    this.#beside.set(key, shared);
    return shared;
  }

  /** Called after all programs are bound and all tables made. */
  makeBuffers(): Buffers {
    this.#buffers = makeBuffers(this.#device, this.step, this.#beside.size);
    return this.#buffers;
  }
}

function writeAll(device: GPUDevice, values: GPUBuffer, all: readonly InitialValue[]): void {
  for (const { at, value } of all) {
    device.queue.writeBuffer(values, 4 * at, Float32Array.of(value));
  }
}

/** Tensors whose gradients no pass sets to zero. */
function zeroedAfterStep({ tensors, zeroGradients }: BindSource, plans: readonly GpuPlan[]) {
  const zeroed = new Set(
    plans.filter(({ plan }) => plan.zeroes).flatMap(({ plan }) => plan.tensors),
  );
  return zeroGradients ? tensors.filter((tensor) => !zeroed.has(tensor)) : [];
}

/** All dispatches, before their shaders are compiled and buffers made. */
interface Drafted {
  readonly plans: readonly GpuPlan[];
  readonly shared: SharedInAll;
  readonly fillings: ReturnType<typeof fillingSets>;
  readonly step: ReturnType<typeof dispatchesOf>;
  readonly evaluations: ReturnType<typeof evaluationSets>;
  /** The dispatches at the end of each step, also of a step for some rows. */
  readonly ends: readonly Dispatch[];
  readonly rows: ReturnType<typeof RowSteps.draft> | undefined;
}

const nobody: ReadonlySet<string> = new Set();

/**
 * Binds plans whose parts began after the updates in `begun`. Tensors of a plan with different ages are bound separately.
 * @param absent the parameters that steps leave alone
 * @returns the dispatches, whose shaders may be compiled first, and a function that makes the buffers and missing shaders
 */
export function draftBound(
  source: BindSource,
  laidOut: readonly LaidOut[],
  begun: Begun,
  absent: ReadonlySet<string> = nobody,
): { readonly dispatches: readonly Dispatch[]; readonly make: () => GpuBound } {
  const { device, tensors, gradients, nonFinite } = source;
  const shared = new SharedInAll(device, nonFinite === "skip");
  const aged = laidOut.flatMap((of) => {
    const { rule, tensors } = of.plan;
    const [away, here] = [true, false].map((is) =>
      tensors.filter(({ name }) => absent.has(name) === is),
    );
    return [here!, away!].flatMap((some) =>
      cohortsOf(rule, some, begun).map((cohort): AgedTensors => ({ of, cohort })),
    );
  });
  const times = evaluatedFrom(aged);
  const plans = aged.map((each) => bindPlan(each, times, shared));
  const stepped = plans.filter(({ plan }) => !absent.has(plan.tensors[0]!.name));
  const steps = stepped.map(({ step }) => step);
  const drafted: Drafted = {
    ...{ plans, shared, fillings: fillingSets(plans, shared) },
    step: dispatchesOf(steps, shared.step),
    evaluations: evaluationSets(plans, times, shared),
    ends: [
      ...zeroDispatches(zeroedAfterStep(source, plans), gradients, shared.step),
      finishDispatch(nonFinite === "throw", shared.step),
    ],
    rows: source.rows ? RowSteps.draft(plans, tensors) : undefined,
  };
  const { fillings, step, evaluations, ends, rows } = drafted;
  const sets = [...fillings, step, ...evaluations];
  const dispatches = sets.flatMap((set) => set.dispatches);
  return {
    dispatches: [...dispatches, ...ends, ...(rows?.dispatches ?? [])],
    make: () => ({ ...made(source, drafted), begun, absent, laidOut }),
  };
}

function made(
  source: BindSource,
  drafted: Drafted,
): Omit<GpuBound, "begun" | "absent" | "laidOut"> {
  const { device, nonFinite } = source;
  const { plans, shared, fillings, step, evaluations, rows } = drafted;
  const { beside, ...single } = shared.makeBuffers();
  const { ring, values, status } = single;
  const owned = [shared.step.tables.upload(device), ...Object.values(single), ...beside];
  for (const { initialValues } of [...fillings, step, ...evaluations]) {
    writeAll(device, values, initialValues);
  }
  const prepareAll = (dispatches: readonly Dispatch[]) =>
    dispatches.map((dispatch) => prepare(device, dispatch));
  const ends = prepareAll(drafted.ends);
  const filling = fillings.map(({ behind, executions, dispatches }) => ({
    ...{ behind, executions, commands: prepareAll(dispatches) },
  }));
  const evaluating = prepareAll(evaluations.flatMap(({ dispatches }) => dispatches));
  return {
    ...{ plans, owned, values, status },
    ring: ringOf(source, plans, shared.step, ring),
    rates: ratesIn(plans),
    losses: new Losses(device, values, status, ringRows),
    initialStates: new InitialStates(device, filling, nonFinite !== "skip"),
    commands: [...prepareAll(step.dispatches), ...ends],
    rows: rows?.prepared(device, ends),
    evaluation: evaluating.length === 0 ? undefined : new GpuEvaluation(device, plans, evaluating),
  };
}

function ringOf(
  { device, seed, nonFinite }: BindSource,
  plans: readonly GpuPlan[],
  { ring, schedules }: Shared,
  buffer: GPUBuffer,
): UniformRing {
  const programs = plans.flatMap(({ step, initial, evaluation }) => [
    step,
    ...initial,
    ...evaluation,
  ]);
  const executions = programs.map(({ execution }) => execution);
  return new UniformRing({
    ...{ device, buffer, rows: ringRows, words: ring.length, executions },
    ...{ seed, schedules, skips: nonFinite === "skip" },
  });
}
