/** What can go wrong on a GPU. */

import { Legible } from "../legible.ts";

/** A device that is lost, or that cannot do what a rule needs. */
export class DeviceError extends Legible {
  override readonly name = "DeviceError";
}
