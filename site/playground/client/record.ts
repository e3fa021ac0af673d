/** What is known of a race so far: the rows of each optimizer, as they arrive. */
import type { RaceFacts } from "../engine/messages.ts";
import type { Part, Picture } from "../engine/race.ts";

export class RaceRecord {
  readonly facts: RaceFacts;
  /** How many steps the race has. */
  readonly steps: number;
  readonly #chunks: Float64Array[][];
  /** All rows of each entry side by side. */
  readonly #rows: Float64Array[];
  readonly #pictures: Picture[][];
  isOver = false;

  constructor(facts: RaceFacts, steps: number, entries: number) {
    this.facts = facts;
    this.steps = steps;
    this.#chunks = Array.from({ length: entries }, () => []);
    this.#rows = Array.from({ length: entries }, () => new Float64Array(0));
    this.#pictures = Array.from({ length: entries }, () => []);
  }

  get entries(): number {
    return this.#rows.length;
  }

  get #width(): number {
    return this.facts.columns.length;
  }

  add(parts: readonly Part[], isOver: boolean): void {
    for (const { entry, rows, pictures } of parts) {
      this.#chunks[entry]!.push(rows);
      this.#pictures[entry]!.push(...pictures);
    }
    this.isOver = isOver;
  }

  /** The rows of an entry, joined when they are looked at. */
  rowsOf(entry: number): Float64Array {
    const chunks = this.#chunks[entry]!;
    if (chunks.length > 0) {
      const all = [this.#rows[entry]!, ...chunks.splice(0)];
      const joined = new Float64Array(all.reduce((sum, each) => sum + each.length, 0));
      let at = 0;
      for (const each of all) {
        joined.set(each, at);
        at += each.length;
      }
      this.#rows[entry] = joined;
    }
    return this.#rows[entry]!;
  }

  /** The last step of an entry that is known and finite; -1 where not even the start is. */
  lastOf(entry: number): number {
    return this.rowsOf(entry).length / this.#width - 1;
  }

  /** Whether an entry's value was no longer finite before the race was over. */
  hasDiverged(entry: number): boolean {
    return (
      this.isOver && this.facts.problems[entry] === undefined && this.lastOf(entry) < this.steps
    );
  }

  /** Up to which step everybody has come who goes on. */
  get reached(): number {
    const lasts = this.#rows.map((_, entry) => this.lastOf(entry));
    return this.isOver ? this.steps : Math.max(0, ...lasts);
  }

  /** A number of a column at a step, or at the last step before it. */
  at(entry: number, step: number, column = 0): number {
    const known = Math.min(step, this.lastOf(entry));
    return known < 0 ? Number.NaN : this.rowsOf(entry)[known * this.#width + column]!;
  }

  /** What an entry looked like at a step, or at the last one before it of which there is a picture. */
  pictureAt(entry: number, step: number): Uint8Array | undefined {
    return this.#pictures[entry]!.findLast((each) => each.step <= step)?.bytes;
  }

  /** What values are measured from: the least that is possible, or the lowest that was seen. */
  get reference(): number {
    if (this.facts.least !== undefined) return this.facts.least;
    let lowest = Number.POSITIVE_INFINITY;
    for (let entry = 0; entry < this.entries; entry++) {
      for (let step = 0; step <= this.lastOf(entry); step++)
        lowest = Math.min(lowest, this.at(entry, step));
    }
    return Number.isFinite(lowest) ? lowest : 0;
  }
}

/** The numbers of a race as a table: a row for each optimizer and step. */
export function csvOf(record: RaceRecord, labels: readonly string[]): string {
  const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [["optimizer", "step", ...record.facts.columns].map(cell).join(",")];
  labels.forEach((label, entry) => {
    for (let step = 0; step <= record.lastOf(entry); step++) {
      const row = record.facts.columns.map((_, column) => record.at(entry, step, column));
      lines.push([cell(label), step, ...row].join(","));
    }
  });
  return `${lines.join("\n")}\n`;
}
