/** Finds the buffers that a device refuses. Nothing says beforehand that one was destroyed, or belongs to another device. */
import { bindGroupOf } from "./commands.ts";
import { pipelineOf } from "./device.ts";
import { scoped } from "./scopes.ts";
import { isFor } from "./usage.ts";

/** A buffer and its name for the caller. */
export interface Named {
  readonly what: string;
  readonly buffer: GPUBuffer;
}

/** A shader that does nothing. */
const shader = "@compute @workgroup_size(1) fn main() {}";
const access = { 0: "read" } as const;

/** The smallest size to bind, or to copy. */
const word = 4;

/** Submits commands that use buffers without changing them. */
function touch(device: GPUDevice, all: readonly Named[]): void {
  const room = device.createBuffer({ size: word, usage: 0x8, label: "gradus probe" });
  const encoder = device.createCommandEncoder();
  const [bound, copied] = [true, false].map((is) =>
    all.filter(({ buffer }) => isFor(buffer, "STORAGE") === is),
  );
  for (const { buffer } of copied!) {
    encoder.copyBufferToBuffer(buffer, 0, room, 0, word);
  }
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipelineOf(device, shader, access));
  for (const { buffer } of bound!) {
    pass.setBindGroup(0, bindGroupOf(device, access, { 0: { buffer, size: word } }));
    pass.dispatchWorkgroups(1);
  }
  pass.end();
  device.queue.submit([encoder.finish()]);
  room.destroy();
}

/** Those of some buffers with usage `STORAGE` or `COPY_SRC` that commands cannot use now: a sentence with the reason for each. */
export async function refusedAmong(device: GPUDevice, some: readonly Named[]): Promise<string[]> {
  const all = some.filter(({ buffer }) => buffer.size >= word);
  const refusal = (some: readonly Named[]) => scoped(device, () => touch(device, some)).refusal;
  if ((await refusal(all)) === undefined) {
    return [];
  }
  const sentences = await Promise.all(
    all.map(async (each) => {
      const why = await refusal([each]);
      return why === undefined ? [] : [`${each.what}: ${why}`];
    }),
  );
  return sentences.flat();
}
