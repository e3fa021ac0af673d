/**
 * Compares Gradus' Adam with another library's own, on that library's arrays: whole steps, from gradients to assigned weights.
 */
import type { Peer } from "../peers/peer.ts";
import { gradusInTensorflowJs } from "../peers/tensorflowJs.ts";
import type { Case } from "./case.ts";
import { agreeWithFloat64, enter, problemOf, roundings, tensors } from "./updates.ts";

/** The elements of all variables together, and the number of variables. */
const sizes = [85_000, 1_000_000].flatMap((elements) =>
  [2, 20, 200].map((count) => [elements, count] as const),
);

/** TensorFlow.js multiplies the powers of its betas in float32, which costs some hundred thousandths of an update. */
const allowed = roundings("adam", "float32") + 1e-7;

export const adapterCases: readonly Case[] = sizes.map(([elements, count]): Case => {
  const shapes = tensors(count, elements / count);
  return {
    group: "adapters",
    name: `${count} x ${elements / count}`,
    reference: `${gradusInTensorflowJs} wasm`,
    bytes: 16 * elements * 4,
    entrants: (peer: Peer) => {
      const problem = problemOf("adam", shapes, "float32");
      return Object.fromEntries(
        Object.entries(peer.adapters?.(problem) ?? {}).map(([name, make]) => [
          name,
          async () => enter(await make(), problem),
        ]),
      );
    },
    agree: (testimonies) => agreeWithFloat64(testimonies, allowed),
  };
});
