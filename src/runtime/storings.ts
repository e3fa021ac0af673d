/** The planner of storages. It is present only if an optimizer keeps states in 8 or 16 bits. */
import { Feature } from "../feature.ts";
import type { storing } from "./binding/storing.ts";

export const storings = new Feature<typeof storing>();
