/** Initializes states: with numbers that are written, and with expressions that the device computes. */
import { fillStored } from "../../compilers/storages/fillStored.ts";
import { placesIn } from "../../compilers/wgsl/values.ts";
import { ownSlots } from "../../rule/planning/program.ts";
import { storageOf } from "../../runtime/binding/plans.ts";
import { fill } from "../../runtime/gradients/wholeTensors.ts";
import type { FloatArray } from "../../runtime/memory/memory.ts";
import { type Command, record } from "../device/commands.ts";
import { write } from "../device/transfer.ts";
import type { GpuExecution } from "../dispatches/execution.ts";
import { type GpuPlan, initialNumber } from "../dispatches/programs.ts";
import { arraysOf } from "./arrays.ts";

/** Writes the initial values of states that start from a number other than 0. */
export function initialize(device: GPUDevice, plans: readonly GpuPlan[], values: GPUBuffer): void {
  for (const each of plans) {
    const { plan, step } = each;
    const places = placesIn(step.execution.program, step.execution.compiled.layout);
    const { arrays, spans } = arraysOf(
      plan.tensors.map(({ name }) => name),
      [each],
    );
    for (const { name: tensor, length } of plan.tensors) {
      for (const { name, kind, temporary } of ownSlots(plan.program)) {
        const number = temporary ? 0 : initialNumber(plan, name);
        const array = arrays[tensor]![name]!;
        if (number !== 0 && kind === "element") {
          fillStored(storageOf(plan, name), array, length, number);
        } else if (number !== 0) {
          fill(array as FloatArray, kind, number);
        }
      }
    }
    for (const span of spans.filter(({ array }) => array.some((value) => value !== 0))) {
      write(device, span);
    }
    for (const { slot } of plan.program.scalars) {
      const number = Float32Array.of(initialNumber(plan, slot));
      for (const tensor of plan.tensors) {
        const at = step.execution.valuesOf(tensor) + places.scalar(slot);
        device.queue.writeBuffer(values, 4 * at, number);
      }
    }
  }
}

/** The programs that initialize states which begin after one update. */
export interface Filling {
  readonly behind: number;
  readonly executions: readonly GpuExecution[];
  readonly commands: readonly Command[];
}

/**
 * The programs that initialize states from expressions. They run before these states' first update, with the parameters of
 * that moment. Which step makes that update the device knows at once, and the host only later.
 */
export class InitialStates {
  readonly #device: GPUDevice;
  readonly #all: readonly Filling[];
  /** Whether every submitted step makes an update, or stops the device until the host knows of it. */
  readonly #sure: boolean;
  /** The programs whose states may not have had their first update yet. */
  #pending: readonly Filling[];

  constructor(device: GPUDevice, all: readonly Filling[], sure: boolean) {
    this.#device = device;
    this.#all = all;
    this.#sure = sure;
    this.#pending = all;
  }

  /** The executions of programs whose states may not have had their first update yet. */
  get executions(): readonly GpuExecution[] {
    return this.#pending.flatMap(({ executions }) => executions);
  }

  /**
   * The commands that a step must run first. If they are needed only once, they are submitted separately: if the device refuses
   * the step, they have run anyway.
   * @param recorded whether the step is recorded, and so may run later or never
   */
  before(recorded: boolean): readonly Command[] {
    if (this.#sure && !recorded) {
      this.now();
      this.#pending = [];
    }
    return this.#pending.flatMap((each) => each.commands);
  }

  /** Initializes the states now, as their first step would, so that they can be read. */
  now(): void {
    if (this.#pending.length > 0) {
      const encoder = this.#device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (const { commands } of this.#pending) {
        record(pass, commands);
      }
      pass.end();
      this.#device.queue.submit([encoder.finish()]);
    }
  }

  /** Notes how many updates were made, as the device has reported. */
  heard(updates: number): void {
    this.#pending = this.#pending.filter(({ behind }) => behind >= updates);
  }

  /** Continues in place of another one. @returns the executions whose states may not have had their first update yet */
  continueFrom(other: InitialStates): readonly GpuExecution[] {
    const pending = new Set(other.#pending.map(({ behind }) => behind));
    this.#pending = this.#all.filter(({ behind }) => pending.has(behind));
    return this.executions;
  }

  /** Continues after so many updates. States that begin there are initialized again. */
  resume(updates: number): void {
    this.#pending = this.#all.filter(({ behind }) => behind >= updates);
  }
}
