/** Errors of a GPU. */

import { Legible } from "../legible.ts";

/** A device that is lost, or that does not support what a rule needs. */
export class DeviceError extends Legible {
  override readonly name = "DeviceError";
}
