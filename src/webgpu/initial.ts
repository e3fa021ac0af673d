/** What states begin with: numbers that are written, and expressions that the device computes. */
import { placesIn } from "../compilers/wgsl/values.ts";
import { extensionsOf } from "../runtime/extensions.ts";
import { arraysOf } from "./arrays.ts";
import { type Command, record } from "./commands.ts";
import { type GpuPlan, initialNumber } from "./dispatches/programs.ts";
import { NumberCopies } from "./numbers.ts";
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

/** Runs the programs that fill states from expressions, once. */
export async function fillFromExpressions(
  device: GPUDevice,
  plans: readonly GpuPlan[],
  commands: readonly Command[],
  values: GPUBuffer,
): Promise<void> {
  const pairs = plans.flatMap(({ plan, step, initial }) =>
    initial ? [{ plan, from: initial, to: step }] : [],
  );
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  record(pass, commands);
  pass.end();
  const numbers = new NumberCopies(device, pairs, values);
  numbers.record(encoder);
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();
  numbers.dispose();
}
