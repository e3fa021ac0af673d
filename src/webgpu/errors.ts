/** Errors of a GPU. */

import { Legible } from "../legible.ts";

/**
 * A device that is lost, or that does not support what a rule needs.
 *
 * @example
 * const rule = adam();
 * try {
 *   const device = await requestDevice();
 *   const net = parameters(device, { w: [2, 3] });
 *   await optimize(device, net, rule);
 * } catch (error) {
 *   if (!(error instanceof DeviceError)) throw error;
 *   console.log("There is no GPU: train on the CPU.");
 * }
 */
export class DeviceError extends Legible {
  override readonly name = "DeviceError";
}
