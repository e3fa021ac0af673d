/** The GPU of this worker. Nothing of WebGPU is loaded before a race is to run there. */
import type { Gpu } from "../stepping/gpu.ts";
import { messageOf } from "./problems.ts";

/** There is no GPU, or none any more: a race can still run on the processor. */
export class NoGpu extends Error {
  override readonly name = "NoGpu";
}

let opened: Promise<Gpu> | undefined;

async function open(): Promise<Gpu> {
  const { openGpu } = await import("../stepping/gpu.ts");
  const gpu = await openGpu();
  // The next race asks for another one.
  void gpu.lost.then(() => {
    opened = undefined;
  });
  return gpu;
}

/** @throws {NoGpu} with a sentence for the reader */
export async function openedGpu(): Promise<Gpu> {
  opened ??= open();
  try {
    return await opened;
  } catch (error) {
    opened = undefined;
    throw new NoGpu(messageOf(error));
  }
}

/** Milliseconds in which it is known that a GPU is lost, where that is why it has failed. */
const patience = 1000;

/** @throws {NoGpu} where that is what an error on a GPU came of; or else the error */
export async function failedOn(gpu: Gpu, error: unknown): Promise<never> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, patience, undefined));
  const why = await Promise.race([gpu.lost, late]);
  throw why === undefined ? error : new NoGpu(why);
}
