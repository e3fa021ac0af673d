/** Optimizers that race: each makes its steps on a ground, and all that is drawn or exported is recorded. */
import type { Entry, State } from "../state.ts";
import type { Ground, Racer } from "./ground.ts";
import { groundOf } from "./grounds.ts";
import { messageOf } from "./problems.ts";
import { ruleOf } from "./rules.ts";

/** What a racer has done since the last time. */
export interface Part {
  /** Its position among the entries. */
  readonly entry: number;
  /** Rows of as many numbers as the ground has columns: the start first, then each step. A racer whose value is not finite ends. */
  readonly rows: Float64Array;
  /** What it looked like after some of these steps, where the ground has pictures. */
  readonly pictures: readonly Picture[];
}

export interface Picture {
  readonly step: number;
  readonly bytes: Uint8Array;
}

/** How many pictures a race that is shown has of each. */
export const shownPictures = 60;

/** Of each entry that cannot race, why. */
export type Problems = readonly (string | undefined)[];

interface Running {
  readonly entry: number;
  readonly racer: Racer;
}

export class Race {
  readonly ground: Ground;
  readonly problems: Problems;
  readonly #steps: number;
  /** Steps between two pictures; infinite where there are none. */
  readonly #between: number;
  readonly #all: readonly Running[];
  #running: readonly Running[];
  /** Rows that are recorded of each: the start is one. */
  #recorded = 0;

  /**
   * @param pictures how many are made of each, at most. Default: none
   * @throws {FormulaError} where the ground is a formula that is none
   */
  constructor(state: State, pictures = 0) {
    this.#between = Math.ceil(state.steps / pictures);
    this.ground = groundOf(state);
    this.#steps = state.steps;
    const entered = state.entries.map((entry) => enter(this.ground, entry));
    this.problems = entered.map((each) => (typeof each === "string" ? each : undefined));
    this.#all = entered.flatMap((racer, entry) =>
      typeof racer === "string" ? [] : [{ entry, racer }],
    );
    this.#running = this.#all;
  }

  get isOver(): boolean {
    return this.#running.length === 0 || this.#recorded > this.#steps;
  }

  /** Goes on by so many rows at most, as long as `mayGoOn` says so after each. */
  advance(most: number, mayGoOn: () => boolean = () => true): readonly Part[] {
    const width = this.ground.columns.length;
    const rows = new Map(this.#running.map(({ entry }) => [entry, [] as Float64Array[]]));
    const seen = new Map<number, Picture[]>();
    for (let i = 0; i < most && !this.isOver; i++) {
      this.#running = this.#running.filter(({ entry, racer }) => {
        if (this.#recorded > 0) racer.step();
        const row = new Float64Array(width);
        racer.record(row);
        const goesOn = row.every(Number.isFinite);
        if (goesOn) rows.get(entry)!.push(row);
        const bytes = goesOn && this.#isSeen ? racer.picture?.() : undefined;
        if (bytes !== undefined)
          seen.set(entry, [...(seen.get(entry) ?? []), { step: this.#recorded, bytes }]);
        return goesOn;
      });
      this.#recorded++;
      if (!mayGoOn()) break;
    }
    return [...rows].map(([entry, each]) => ({
      ...{ entry, rows: joined(each, width) },
      pictures: seen.get(entry) ?? [],
    }));
  }

  /** Whether pictures are made now: at the start, at the end, and evenly between. */
  get #isSeen(): boolean {
    const isEnd = this.#recorded === this.#steps || this.#recorded % this.#between === 0;
    return Number.isFinite(this.#between) && isEnd;
  }

  dispose(): void {
    for (const { racer } of this.#all) racer.dispose();
    this.#running = [];
  }
}

function enter(ground: Ground, entry: Entry): Racer | string {
  try {
    return ground.enter(ruleOf(entry));
  } catch (error) {
    return messageOf(error);
  }
}

function joined(rows: readonly Float64Array[], width: number): Float64Array {
  const all = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    all.set(row, i * width);
  });
  return all;
}
