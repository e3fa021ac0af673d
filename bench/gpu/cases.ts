/** The cases that are measured on a GPU. */
import type { Case } from "../cases/case.ts";
import { productCase } from "../cases/products.ts";
import { tensors, updateCase } from "../cases/updates.ts";

const shapes = {
  "1 x 1M": tensors(1, 1_000_000),
  "1 x 25M": tensors(1, 25_000_000),
  "1 x 250M": tensors(1, 250_000_000),
  "200 x 64": tensors(200, 64),
};

export const cases: readonly Case[] = [
  ...Object.entries(shapes).map(([name, each]) =>
    updateCase("adam", name, "adam", each, "float32"),
  ),
  ...(["1 x 1M", "1 x 25M"] as const).map((name) =>
    updateCase("realistic", name, "realistic", shapes[name], "float32"),
  ),
  // The products of which Muon consists.
  ...[256, 1024, 4096].map(productCase),
];
