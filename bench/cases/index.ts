import { adapterCases } from "./adapters.ts";
import type { Case } from "./case.ts";
import { convolutionCases } from "./convolutions.ts";
import { jaxJsAdapterCases } from "./jaxJsAdapter.ts";
import { productCases } from "./products.ts";
import { remapCases } from "./remaps.ts";
import { trainingCases } from "./trainings.ts";
import { updateCases } from "./updates.ts";

/** The cases in which contestants take turns. */
export const cases: readonly Case[] = [
  ...updateCases,
  ...trainingCases,
  ...convolutionCases,
  ...productCases,
  ...adapterCases,
  ...jaxJsAdapterCases,
  ...remapCases,
];
