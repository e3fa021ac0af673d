/** What says how states are kept, for those optimizers alone that keep some in 8 or 16 bits. */
import { Feature } from "../feature.ts";
import type { storing } from "./binding/storing.ts";

export const storings = new Feature<typeof storing>();
