/** Collects the errors of a device: they come later than the call, and only to a listener. */
import { DeviceError } from "../errors.ts";

/** For each device, why it was lost, if it was. There is one listener for each device, however many optimizers use it. */
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

/** The errors of two scopes in one line, to be followed by the place. A lost device reports none. */
async function said(...scopes: readonly Promise<GPUError | null>[]): Promise<string | undefined> {
  const found = await Promise.all(scopes.map((scope) => scope.catch(() => null)));
  // If memory is missing, validation refuses the buffers, too, so that error is the one to report.
  return found
    .findLast((error) => error !== null)
    ?.message.trim()
    .split(/\.?(?:\n|$)/)[0];
}

/**
 * Calls the device without waiting. The call must be synchronous, so that the scopes catch no errors of other calls.
 * @returns with `refusal`, the device's error, which nobody else gets then
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
 * Calls the device, and waits until it has confirmed the call.
 * @throws {DeviceError} where it refused the call, or is lost
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
