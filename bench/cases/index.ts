import { adamCases } from "./adam.ts";
import type { Case } from "./case.ts";
import { mlpCases } from "./mlp.ts";

/** Those in which contestants take turns. */
export const cases: readonly Case[] = [...adamCases, ...mlpCases];
