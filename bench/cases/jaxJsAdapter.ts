/** Measures Adam on arrays of jax-js: gradus/jax-js and what jax-js compiles. */
import type { Case } from "./case.ts";
import { type Field, tensors, updateCase } from "./updates.ts";

const field: Field = {
  reference: "Gradus, step",
  ways: (peer, problem) => peer.jaxJsUpdates?.(problem),
};

const sizes = { "85k": 85_000, "1M": 1_000_000 };

export const jaxJsAdapterCases: readonly Case[] = Object.entries(sizes).flatMap(
  ([name, elements]) =>
    [2, 20, 200].map((count) =>
      updateCase(
        "adapters",
        `jax-js, wasm: ${name} in ${count} arrays`,
        "adam",
        tensors(count, elements / count),
        "float32",
        field,
      ),
    ),
);
