/** Where gradients are, and what a step copies there. */
import { BindingError, GradientError } from "../runtime/errors.ts";
import { allocate, type GpuParameter, padded, storageBytes, wordBytes } from "./parameters.ts";
import { type GpuTensor, type Place, placeOf } from "./tensor.ts";

type GivenGradients = Readonly<Record<string, Omit<GpuParameter, "shape">>>;

/** Where gradients are: the caller's, or in buffers of our own laid out like the parameters. */
export function gradientPlaces(
  device: GPUDevice,
  tensors: readonly GpuTensor[],
  given: GivenGradients | undefined,
  owned: GPUBuffer[],
): Map<GpuTensor, Place> {
  if (given !== undefined) {
    return new Map(
      tensors.map((tensor) => {
        const what = `the gradient of \`${tensor.name}\``;
        const source = given[tensor.name];
        if (source === undefined) {
          throw new BindingError(`${what} is missing`);
        }
        return [tensor, placeOf(what, source, tensor.length, device)];
      }),
    );
  }
  const places = new Map<GpuTensor, Place>();
  const buffers = new Map<GPUBuffer, GpuTensor[]>();
  for (const tensor of tensors) {
    const { buffer } = tensor.parameter;
    buffers.set(buffer, [...(buffers.get(buffer) ?? []), tensor]);
  }
  for (const list of buffers.values()) {
    const bytes = ({ length, parameter }: GpuTensor) =>
      padded(length) * storageBytes[parameter.storage];
    const size = list.reduce((sum, tensor) => sum + bytes(tensor), 0);
    const buffer = allocate(device, size, "gradus gradients");
    owned.push(buffer);
    let offset = 0;
    const inOrder = [...list].sort((a, b) => a.parameter.offset - b.parameter.offset);
    for (const tensor of inOrder) {
      places.set(tensor, { buffer, offset, storage: tensor.parameter.storage });
      offset += bytes(tensor);
    }
  }
  return places;
}

/**
 * Gradients that lie elsewhere at this step.
 * @throws {GradientError} where one is missing, or does not fit
 */
export function copiesOf(
  device: GPUDevice,
  tensors: readonly GpuTensor[],
  given: GivenGradients,
  places: ReadonlyMap<GpuTensor, Place>,
) {
  for (const name of Object.keys(given)) {
    if (!tensors.some((tensor) => tensor.name === name)) {
      throw new GradientError(`there is no parameter \`${name}\``);
    }
  }
  return tensors.map((tensor) => {
    const { name, length } = tensor;
    const what = `the gradient of \`${name}\``;
    const to = places.get(tensor)!;
    const source = given[name];
    if (source === undefined) {
      throw new GradientError(`${what} is missing`);
    }
    try {
      const from = placeOf(what, { type: to.storage, ...source }, length, device);
      return { from, to, bytes: wordBytes(length, to.storage) };
    } catch (error) {
      throw error instanceof BindingError ? new GradientError(error.message) : error;
    }
  });
}
