/** What the parts of the page may ask of the playground. */
import type { Catalogue } from "../catalogue.ts";
import type { Entry, State } from "../state.ts";
import type { Runner } from "./runner.ts";

/** How a race is shown that begins anew: from its start, or where it ends. */
export type Showing = "from the start" | "at its end";

export interface Host {
  readonly catalogue: Catalogue;
  readonly runner: Runner;
  readonly state: State;
  change(change: Partial<State>, showing: Showing): void;
  replace(position: number, entry: Entry, showing: Showing): void;
  remove(position: number): void;
  /** An entry more, where there is room. */
  add(entry: Entry): void;
  /** What values are measured from. */
  reference(): number;
  /** Says something, to those who hear the page too. */
  say(sentence: string): void;
}

/** What an entry is called. */
export const labelOf = ({ optimizers }: Catalogue, entry: Entry): string =>
  entry.kind === "rule"
    ? entry.name
    : (optimizers.find(({ name }) => name === entry.name)?.title ?? entry.name);

/** Puts a text where it can be pasted from. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
