/** What can go wrong on a GPU. */

/** A device that is lost, or that cannot do what a rule needs. */
export class DeviceError extends Error {
  override readonly name = "DeviceError";
}
