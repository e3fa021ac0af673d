/** What a device says against what it is called for: later than the call, and to whoever listens. */
import { DeviceError } from "../errors.ts";

/** Devices and why they were lost, if they were: one listener for each, however many optimizers it has. */
const losses = new WeakMap<GPUDevice, { why?: string }>();

function lossOf(device: GPUDevice): { readonly why?: string } {
  const known = losses.get(device);
  if (known !== undefined) {
    return known;
  }
  const loss: { why?: string } = {};
  losses.set(device, loss);
  device.lost.then(({ reason, message }) => {
    loss.why = `${reason}: ${message}`;
  });
  return loss;
}

/** @throws {DeviceError} where the device is known to be lost */
export function assertPresent(device: GPUDevice): void {
  const { why } = lossOf(device);
  if (why !== undefined) {
    throw new DeviceError(
      `the device is lost (${why}): request another, and continue from the last checkpoint`,
    );
  }
}

/** What the device has found in two scopes, in a line: behind it stands where it was found. A lost device finds nothing. */
async function said(...scopes: readonly Promise<GPUError | null>[]): Promise<string | undefined> {
  const found = await Promise.all(scopes.map((scope) => scope.catch(() => null)));
  // Memory that cannot be had makes the buffers that validation then refuses.
  return found
    .findLast((error) => error !== null)
    ?.message.trim()
    .split(/\.?(?:\n|$)/)[0];
}

/**
 * Calls the device, without waiting: what others call meanwhile would be heard as well.
 * @returns with `refusal` what the device says against it, which then nobody else hears
 */
export function scoped<T>(
  device: GPUDevice,
  call: () => T,
): { readonly result: T; readonly refusal: Promise<string | undefined> } {
  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("validation");
  let refusal: Promise<string | undefined>;
  let result: T;
  try {
    result = call();
  } finally {
    refusal = said(device.popErrorScope(), device.popErrorScope());
  }
  return { result, refusal };
}

/**
 * Calls the device, and waits until it has said that it could.
 * @throws {DeviceError} where it could not, or is lost
 */
export async function allowed<T>(device: GPUDevice, call: () => T): Promise<T> {
  const { result, refusal } = scoped(device, call);
  const why = await refusal;
  assertPresent(device);
  if (why !== undefined) {
    throw new DeviceError(`the device cannot do this: ${why}`);
  }
  return result;
}
