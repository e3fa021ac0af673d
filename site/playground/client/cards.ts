/** The optimizers of the race, a card for each. */
import { formatNumber } from "../../../charts/format.ts";
import type { Entry } from "../state.ts";
import { Card } from "./card.ts";
import type { Host } from "./host.ts";
import type { RaceRecord } from "./record.ts";

export class Cards {
  readonly #host: Host;
  readonly #element: HTMLElement;
  readonly #cards: Card[] = [];

  constructor(host: Host, element: HTMLElement) {
    this.#host = host;
    this.#element = element;
  }

  /** Takes one away before the entries are shown that are left. */
  remove(position: number): void {
    this.#cards.splice(position, 1)[0]?.dispose();
  }

  show(entries: readonly Entry[]): void {
    while (this.#cards.length > entries.length) this.#cards.pop()!.dispose();
    entries.forEach((entry, position) => {
      let card = this.#cards[position];
      if (card === undefined || !card.isOf(entry)) {
        const made = new Card(this.#host, entry);
        if (card !== undefined) card.element.before(made.element);
        // What one writes is at hand, however many there are.
        else if (entry.kind === "rule") this.#element.prepend(made.element);
        else this.#element.append(made.element);
        card?.dispose();
        this.#cards[position] = made;
        card = made;
      }
      card.show(entry, position);
    });
  }

  focus(position: number): void {
    const card = this.#cards[position];
    card?.element.scrollIntoView({ block: "nearest" });
    card?.focus();
  }

  /** How each does at a step. */
  report(record: RaceRecord, step: number): void {
    // The race may be that of the entries before.
    for (const [entry, card] of this.#cards.slice(0, record.entries).entries())
      card.outcome(...outcomeOf(record, entry, step));
  }
}

/** A sentence, and whether it is bad news. */
function outcomeOf(record: RaceRecord, entry: number, step: number): [string, boolean] {
  const problem = record.facts.problems[entry];
  if (problem !== undefined) return [problem, true];
  const last = record.lastOf(entry);
  if (record.hasDiverged(entry) && step > last) return [`diverged at step ${last + 1}`, true];
  return [`${record.facts.columns[0]} ${formatNumber(record.at(entry, step))}`, false];
}
