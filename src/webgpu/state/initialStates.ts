/** What states begin with: numbers that are written, and expressions that the device computes. */
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

/** Writes what states begin with, where that is a number but 0. */
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

/** What fills states that begin behind one update. */
export interface Filling {
  readonly behind: number;
  readonly executions: readonly GpuExecution[];
  readonly commands: readonly Command[];
}

/**
 * The programs that fill states from expressions. They do so at these states' first update, with the parameters as they
 * are then: which step makes it the device knows, and the host later.
 */
export class InitialStates {
  readonly #device: GPUDevice;
  readonly #all: readonly Filling[];
  /** Whether any step that is submitted makes an update, or stops the device until the host has heard of it. */
  readonly #sure: boolean;
  /** Those whose first update may be to come. */
  #pending: readonly Filling[];

  constructor(device: GPUDevice, all: readonly Filling[], sure: boolean) {
    this.#device = device;
    this.#all = all;
    this.#sure = sure;
    this.#pending = all;
  }

  /** Of those whose first update may be to come. */
  get executions(): readonly GpuExecution[] {
    return this.#pending.flatMap(({ executions }) => executions);
  }

  /**
   * What a step has to do first. Where they are needed once, they are submitted: a step that the device refuses must not
   * take them with it.
   * @param recorded whether it is not submitted at once, or perhaps never
   */
  before(recorded: boolean): readonly Command[] {
    if (this.#sure && !recorded) {
      this.now();
      this.#pending = [];
    }
    return this.#pending.flatMap((each) => each.commands);
  }

  /** Fills them as their first step would now, for whoever reads them. */
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

  /** Takes what the host has heard: how many updates were made. */
  heard(updates: number): void {
    this.#pending = this.#pending.filter(({ behind }) => behind >= updates);
  }

  /** Goes on in another's place. @returns the programs whose first update may be to come */
  continueFrom(other: InitialStates): readonly GpuExecution[] {
    const pending = new Set(other.#pending.map(({ behind }) => behind));
    this.#pending = this.#all.filter(({ behind }) => pending.has(behind));
    return this.executions;
  }

  /** Goes on behind so many updates: those begin again that begin there. */
  resume(updates: number): void {
    this.#pending = this.#all.filter(({ behind }) => behind >= updates);
  }
}
