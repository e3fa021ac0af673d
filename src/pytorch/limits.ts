/** What a pickle may make, in proportion to its bytes: one of a megabyte could else take a gigabyte. */
import { Allowance, memoryFor } from "../allowance.ts";
import { TorchFileError } from "./errors.ts";

/** Axes of a tensor, of which PyTorch's own operations take as many. */
export const maxAxes = 64;

/** Bytes of memory, as engines have it; arrays that grow keep up to half as much in reserve. */
export const costs = {
  /** Of the stack, the marks or the memory of values. */
  ...{ place: 24, remembered: 16 },
  ...{ dict: 200, entry: 56, list: 200, item: 16, tuple: 80, text: 96 },
  ...{ storage: 200, tensor: 600, axis: 64 },
};

/** For the values of a file of so many bytes. */
export const memoryOf = (bytes: number): Allowance =>
  new Allowance(memoryFor(bytes, 8), () => {
    throw new TorchFileError(
      `it has ${bytes} bytes, but its data would need far more memory than a state dict of this size: it was not read`,
    );
  });
