/** Optimizers that race: each makes its steps on a ground, and all that is drawn or exported is recorded. */
import type { Entry, State } from "../state.ts";
import { onProcessor, type Stepping } from "../stepping/stepping.ts";
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

/** What is recorded of a racer, until it is a part. */
interface Collected {
  readonly rows: Float64Array[];
  readonly pictures: Picture[];
}

interface Running {
  readonly entry: number;
  readonly racer: Racer;
}

export class Race {
  readonly ground: Ground;
  readonly #problems: (string | undefined)[];
  readonly #steps: number;
  /** Steps between two pictures; infinite where there are none. */
  readonly #between: number;
  readonly #all: readonly Running[];
  #running: readonly Running[];
  /** Rows that are recorded of each: the start is one. */
  #recorded = 0;

  /**
   * @param pictures how many are made of each, at most. Default: none
   * @param stepping where steps are made. Where that is not the processor, call `enter`, and then `advanceElsewhere`
   * @throws {FormulaError} where the ground is a formula that is none
   */
  constructor(state: State, pictures = 0, stepping: Stepping = onProcessor) {
    this.#between = Math.ceil(state.steps / pictures);
    this.ground = groundOf(state, stepping);
    this.#steps = state.steps;
    const entered = state.entries.map((entry) => enter(this.ground, entry));
    this.#problems = entered.map((each) => (typeof each === "string" ? each : undefined));
    this.#all = entered.flatMap((racer, entry) =>
      typeof racer === "string" ? [] : [{ entry, racer }],
    );
    this.#running = this.#all;
  }

  get problems(): Problems {
    return this.#problems;
  }

  get isOver(): boolean {
    return this.#running.length === 0 || this.#recorded > this.#steps;
  }

  /**
   * Waits until all have entered; those that cannot are out, and `problems` says why.
   * @throws {DeviceError} what is wrong with a GPU, and so for all of them
   */
  async enter(): Promise<void> {
    const outcomes = await Promise.allSettled(this.#all.map(({ racer }) => racer.entered));
    this.#running = this.#all.filter(({ entry }, i) => {
      const outcome = outcomes[i]!;
      if (outcome.status === "fulfilled") return true;
      if ((outcome.reason as Error).name === "DeviceError") throw outcome.reason;
      this.#problems[entry] = messageOf(outcome.reason);
      return false;
    });
  }

  /** Goes on by so many rows at most, as long as `mayGoOn` says so after each. */
  advance(most: number, mayGoOn: () => boolean = () => true): readonly Part[] {
    const parts = this.#newParts();
    for (let i = 0; i < most && !this.isOver; i++) {
      if (this.#recorded > 0) for (const { racer } of this.#running) racer.step();
      this.#record(parts);
      if (!mayGoOn()) break;
    }
    return finished(parts);
  }

  /** The same where steps are made elsewhere: those of all racers are on their way together. */
  async advanceElsewhere(
    most: number,
    mayGoOn: () => boolean = () => true,
  ): Promise<readonly Part[]> {
    const parts = this.#newParts();
    for (let i = 0; i < most && !this.isOver; i++) {
      if (this.#recorded > 0) await Promise.all(this.#running.map(({ racer }) => racer.step()));
      this.#record(parts);
      if (!mayGoOn()) break;
    }
    return finished(parts);
  }

  #newParts(): Map<number, Collected> {
    return new Map(this.#running.map(({ entry }) => [entry, { rows: [], pictures: [] }]));
  }

  /** Where everybody is now. Whoever is nowhere is out. */
  #record(parts: ReadonlyMap<number, Collected>): void {
    const width = this.ground.columns.length;
    this.#running = this.#running.filter(({ entry, racer }) => {
      const { rows, pictures } = parts.get(entry)!;
      const row = new Float64Array(width);
      racer.record(row);
      if (!row.every(Number.isFinite)) return false;
      rows.push(row);
      const bytes = this.#isSeen ? racer.picture?.() : undefined;
      if (bytes !== undefined) pictures.push({ step: this.#recorded, bytes });
      return true;
    });
    this.#recorded++;
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

const finished = (parts: ReadonlyMap<number, Collected>): readonly Part[] =>
  [...parts].map(([entry, { rows, pictures }]) => ({ entry, rows: joined(rows), pictures }));

function joined(rows: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(rows.reduce((sum, row) => sum + row.length, 0));
  let at = 0;
  for (const row of rows) {
    all.set(row, at);
    at += row.length;
  }
  return all;
}
