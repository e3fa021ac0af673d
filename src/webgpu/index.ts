/**
 * The same rules on a GPU through WebGPU, in pages and in Node. Parameters, gradients and state stay on the device.
 *
 * @packageDocumentation
 */
export {
  type AddParametersOptions,
  addParameters,
  removeParameters,
  stepsOf,
} from "./changeParameters.ts";
export { type RequestDeviceOptions, requestDevice } from "./device/device.ts";
export { DeviceError } from "./errors.ts";
export { type GpuOptimizeOptions, optimize } from "./optimize.ts";
export { GpuOptimizer } from "./optimizer.ts";
export {
  type GpuGradient,
  type GpuParameter,
  type GpuParameterSource,
  type GpuParametersOptions,
  type GradientOf,
  parameters,
  type ReadParameter,
  type StridedRows,
} from "./parameters.ts";
export { type RemapOptions, type RemappedRows, remap } from "./remap.ts";
export type { GpuGradients, GpuReport, GpuStepInputs } from "./settings.ts";
export { GpuSnapshot, type WrittenSnapshot } from "./state/snapshot.ts";
export type { ListedRows, MarkedRows, RowSelections } from "./step/selecting.ts";
