/** The routines of whole matrices, by their names in the language. */
import type { Routine } from "./matrix.ts";

export const routines: Readonly<Record<string, Routine>> = {};
