/** The host's part of a step: it computes values in float64, as on the CPU, and rounds them into a row of the ring. */
import type { ValueLayout } from "../../compilers/wgsl/values.ts";
import type { HyperValues, Rule, Schedule } from "../../rule/definition.ts";
import type { Node } from "../../rule/graph/graph.ts";
import { keyOf } from "../../rule/graph/random.ts";
import type { Program } from "../../rule/planning/program.ts";
import { AgesAtStep, type PlanAges } from "../../runtime/binding/ages.ts";
import { changingAmong, type HostInputs, HostPlan } from "../../runtime/step/host.ts";
import { HyperAtStep, type Schedules } from "../../runtime/step/hyper.ts";
import type { GpuTensor } from "../tensor.ts";

/** A row of the ring, as numbers and as words. */
export interface Row {
  readonly numbers: Float32Array;
  readonly words: Uint32Array;
}

/** A schedule among the hyperparameters of a program, and the value that it gave last. */
export interface AskedSchedule {
  readonly schedule: Schedule;
  readonly value: () => number;
  /** Its index among the values. */
  readonly index: number;
}

export class HostValues {
  readonly plan: HostPlan;
  readonly hyper: HyperAtStep;
  readonly schedules: readonly AskedSchedule[];
  /** The words of a tensor, and whether each tensor has its own. */
  readonly words: number;
  readonly perTensor: boolean;
  readonly #tensors: readonly GpuTensor[];
  readonly #positions: readonly number[];
  readonly #draws: boolean;
  readonly #inputs: readonly HostInputs[];
  readonly #values: readonly Float64Array[];
  readonly #unread: Float32Array;
  readonly #ages: AgesAtStep;
  readonly #key = new Uint32Array(2);
  readonly #changing: ReadonlySet<Node>;

  constructor(
    program: Program,
    layout: ValueLayout,
    {
      rule,
      hyper,
      ages,
    }: { readonly rule: Rule; readonly hyper: HyperValues; readonly ages: PlanAges },
    tensors: readonly GpuTensor[],
    schedules: Schedules,
  ) {
    this.plan = new HostPlan(program, hyper);
    this.hyper = new HyperAtStep(rule, this.plan.hyper, hyper, schedules);
    const { values } = this.hyper;
    this.schedules = this.plan.hyper.flatMap((name, index) => {
      const schedule = hyper.get(name);
      return typeof schedule === "function"
        ? [{ schedule, value: () => values[index]!, index }]
        : [];
    });
    this.#changing = changingAmong(
      program.host.map(({ node }) => node),
      hyper,
    );
    this.words = layout.ringWords;
    this.#tensors = tensors;
    this.#draws = layout.ringWords > layout.ring.length;
    this.perTensor = this.plan.perTensor || program.scalars.length > 0 || this.#draws;
    this.#positions = layout.ring.map((node) => this.plan.position(node));
    this.#unread = new Float32Array(program.values.length);
    this.#ages = new AgesAtStep(this.plan.ages, ages);
    this.#inputs = (this.perTensor ? tensors : tensors.slice(0, 1)).map((tensor) => ({
      ...{ loss: Number.NaN, rows: tensor.rows, cols: tensor.cols },
      ...{ size: tensor.length, count: tensor.length },
      ages: this.#ages.values,
      hyper: this.hyper.values,
      reductions: new Float64Array(program.reductions.length),
      scalars: new Float64Array(program.scalars.length),
    }));
    this.#values = this.#inputs.map((inputs) => {
      const values = new Float64Array(this.plan.length);
      this.plan.prepare(values, this.#unread, inputs);
      return values;
    });
  }

  /** The words of all tensors in a row. */
  get length(): number {
    return this.words * this.#inputs.length;
  }

  /** The value of a number that is the same at each step; undefined if it is not. */
  constantOf(node: Node, tensor: GpuTensor): number | undefined {
    const index = this.perTensor ? this.#tensors.indexOf(tensor) : 0;
    return this.#changing.has(node) ? undefined : this.#values[index]![this.plan.position(node)];
  }

  /** Computes the values of update `t` into a row, from word `at` on. */
  write(row: Row, at: number, t: number, seed: number): void {
    this.hyper.begin(t);
    this.#fill(row, at, t, seed);
  }

  /** Computes them again for an update that is not the last one written. Values that do not depend on the step's number stay as they are. */
  rewrite(row: Row, at: number, t: number, seed: number): void {
    const { values } = this.hyper;
    const now = values.slice();
    for (const { schedule, index } of this.schedules.filter(
      ({ schedule }) => schedule.length > 0,
    )) {
      values[index] = schedule(t);
    }
    this.#fill(row, at, t, seed);
    values.set(now);
  }

  #fill(row: Row, at: number, t: number, seed: number): void {
    this.#ages.begin(t);
    for (const [index, inputs] of this.#inputs.entries()) {
      const values = this.#values[index]!;
      const first = at + index * this.words;
      for (let stage = 0; stage < this.plan.stages; stage++) {
        const before = index === 0 ? undefined : this.#values[0];
        this.plan.evaluate(stage, values, this.#unread, inputs, before);
      }
      for (const [place, position] of this.#positions.entries()) {
        row.numbers[first + place] = values[position]!;
      }
      if (this.#draws) {
        const { name } = this.#tensors[index]!;
        keyOf(this.#key, seed, name, t);
        row.words.set(this.#key, first + this.#positions.length);
      }
    }
  }
}
