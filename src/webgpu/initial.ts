/** What states begin with: numbers that are written, and expressions that the device computes. */
import { placesIn } from "../compilers/wgsl/values.ts";
import { extensionsOf } from "../runtime/extensions.ts";
import { arraysOf } from "./arrays.ts";
import { type Command, record } from "./commands.ts";
import { type GpuPlan, initialNumber } from "./dispatches/programs.ts";
import { write } from "./transfer.ts";

/** Writes what states begin with, where that is a number but 0. */
export function initialize(device: GPUDevice, plans: readonly GpuPlan[], values: GPUBuffer): void {
  for (const each of plans) {
    const { plan, step } = each;
    const places = placesIn(step.execution.program, step.execution.compiled.layout);
    const { arrays, spans } = arraysOf(
      plan.tensors.map(({ name }) => name),
      [each],
    );
    for (const slots of Object.values(arrays)) {
      for (const { name, kind, temporary } of plan.program.slots.slice(2)) {
        const number = temporary ? 0 : initialNumber(plan, name);
        if (number !== 0) {
          fill(plan, slots[name] as Float32Array, kind, number);
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

type Kind = GpuPlan["plan"]["program"]["slots"][number]["kind"];

function fill({ program }: GpuPlan["plan"], array: Float32Array, kind: Kind, value: number): void {
  if (kind === "element") {
    array.fill(value);
  } else {
    extensionsOf(program).fill(array, kind, value);
  }
}

/**
 * The programs that fill states from expressions. They do so at the first update, with the parameters as they are then:
 * which of the first steps makes it the device knows, and the host later.
 */
export class Beginning {
  readonly #device: GPUDevice;
  readonly #commands: readonly Command[];
  /** Whether any step that is submitted makes an update, or stops the device until the host has heard of it. */
  readonly #sure: boolean;
  #isOver: boolean;

  constructor(device: GPUDevice, commands: readonly Command[], sure: boolean) {
    this.#device = device;
    this.#commands = commands;
    this.#sure = sure;
    this.#isOver = commands.length === 0;
  }

  /** What a step has to do first. @param recorded whether it is not submitted at once, or perhaps never */
  before(recorded: boolean): readonly Command[] {
    const commands = this.#isOver ? [] : this.#commands;
    this.#isOver ||= this.#sure && !recorded;
    return commands;
  }

  /** Fills them as the first step would now, for whoever reads them. */
  now(): void {
    if (!this.#isOver) {
      const encoder = this.#device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      record(pass, this.#commands);
      pass.end();
      this.#device.queue.submit([encoder.finish()]);
    }
  }

  /** Takes what the host has heard, or set: how many updates were made. */
  heard(updates: number): void {
    this.#isOver ||= updates > 0;
  }

  /** Begins again, unless there were updates. */
  resume(updates: number): void {
    this.#isOver = updates > 0 || this.#commands.length === 0;
  }
}
