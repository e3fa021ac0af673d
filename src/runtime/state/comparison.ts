/** Compares the state of an optimizer with a saved one, parameter by parameter and part by part. */
import { Feature } from "../../feature.ts";
import { didYouMean } from "../../suggest.ts";
import { append, own } from "../binding/lists.ts";
import type { StoredElements } from "../memory/memory.ts";
import { inPart, isSameRule, matchParts, partOf, partsIn } from "./ruleParts.ts";
import {
  misfit,
  type OptimizerState,
  type ResumePoint,
  type SavedState,
  type ScheduleState,
  type StateGroup,
  type Stored,
} from "./state.ts";

/** A hyperparameter that had another value when the state was saved. */
export interface HyperDifference {
  /** The parameters that have this hyperparameter. */
  readonly parameters: readonly string[];
  /** Its qualified name, such as `adam.lr`; `seed` is the one of `optimize`. */
  readonly name: string;
  /** Its value when the state was saved. */
  readonly saved: number | boolean | string | undefined;
  /** Its present value, which stays. */
  readonly now: number | boolean | string | undefined;
}

/** An array of a state, and its new content. */
export interface Copy {
  readonly from: Stored;
  readonly to: StoredElements;
}

/** Up to this many pairs of names are searched for misspellings. */
const maxCompared = 10_000;

type ByParameter = ReadonlyMap<string, StateGroup>;

const groupsByParameter = (groups: readonly StateGroup[]): ByParameter =>
  new Map(groups.flatMap((group) => group.parameters.map((name) => [name, group] as const)));

/** A parameter with its rules, the present and the saved one. */
export interface Compared {
  readonly name: string;
  readonly now: StateGroup | undefined;
  readonly before: StateGroup | undefined;
  /** For each part that is also in the saved rule, its name there. */
  readonly parts: ReadonlyMap<string, string>;
  /** The parts whose whole state is restored. */
  readonly restored: Set<string>;
}

/** Gives the shared states to parameters that are not restored (takeShared.ts). */
export const takingShared = new Feature<
  (
    live: OptimizerState,
    saved: SavedState,
    compared: readonly Compared[],
  ) => { readonly begun: Record<string, number>; readonly copies: readonly Copy[] }
>();

class Comparison {
  readonly differences: string[] = [];
  readonly copies: Copy[] = [];
  readonly restored: string[] = [];
  readonly hyper: HyperDifference[] = [];
  /** The point from which the optimizer continues. */
  readonly point: ResumePoint;
  readonly #live: OptimizerState;
  readonly #saved: SavedState;
  readonly #within: string;
  readonly #compared: Compared[];
  readonly #differing = new Map<string, HyperDifference & { readonly parameters: string[] }>();

  /** @param within the path to this optimizer, if it is inside another one */
  constructor(live: OptimizerState, saved: SavedState, within = "") {
    this.#live = live;
    this.#saved = saved;
    this.#within = within;
    const [now, before] = [groupsByParameter(live.groups), groupsByParameter(saved.groups)];
    this.#compared = Object.keys(live.shapes).map((name) => {
      const [group, old] = [now.get(name), before.get(name)];
      const parts = matchParts(group?.rule, old?.rule);
      return { name, now: group, before: old, parts, restored: new Set() };
    });
    for (const each of this.#compared) {
      this.#compareParameter(each);
    }
    this.#findGone();
    const shared = this.#takeShared();
    const { step, skippedSteps, counters } = saved;
    this.point = {
      ...{ step, skippedSteps, counters },
      begun: { parts: this.#begun(), shared },
      schedules: this.#scheduleStates(),
      nested: this.#compareNested(),
    };
  }

  #differs(what: string): void {
    this.differences.push(this.#within + what);
  }

  #findGone(): void {
    const [live, saved] = [this.#live, this.#saved];
    const added = Object.keys(live.shapes).filter((each) => !Object.hasOwn(saved.shapes, each));
    const gone = Object.keys(saved.shapes).filter((each) => !Object.hasOwn(live.shapes, each));
    // Any lost name may be any new one, so with many names this is not searched.
    const candidates = gone.length * added.length > maxCompared ? [] : added;
    for (const name of gone) {
      this.#differs(`there is no parameter \`${name}\` now${didYouMean(name, candidates)}`);
    }
    if (live.seed !== saved.seed) {
      const all = { parameters: Object.keys(live.shapes), name: "seed" };
      this.hyper.push({ ...all, saved: saved.seed, now: live.seed });
    }
  }

  #compareNested(): ResumePoint["nested"] {
    const [live, saved] = [this.#live.nested, this.#saved.nested ?? {}];
    const points: Record<string, ResumePoint> = Object.create(null);
    for (const name of new Set([...Object.keys(live), ...Object.keys(saved)])) {
      const [inner, before] = [own(live, name), own(saved, name)];
      if (inner && before) {
        const within = compare(inner, before, `${this.#within}${name}: `);
        this.differences.push(...within.differences);
        this.copies.push(...within.copies);
        this.restored.push(...within.restored);
        this.hyper.push(...within.hyper);
        points[name] = within.point;
      } else {
        this.#differs(`\`${name}\` was ${inner ? "not saved" : "saved, but is not there now"}`);
      }
    }
    return points;
  }

  #compareParameter(compared: Compared): void {
    const { name, now, before } = compared;
    const count = this.differences.length;
    const differs = (what: string) => this.#differs(`parameter \`${name}\`${what}`);
    const [shape, old] = [this.#live.shapes[name]!, own(this.#saved.shapes, name)];
    if (old === undefined) {
      differs(" was not saved");
      return;
    }
    if (String(shape) !== String(old)) {
      differs(`: the shape is [${shape}], but it was saved as [${old}]`);
      return;
    }
    if (!isSameRule(now?.rule, before?.rule)) {
      differs(
        `: the rule is ${now?.rule ?? "frozen"}, but it was saved as ${before?.rule ?? "frozen"}`,
      );
    }
    this.#compareState(compared, differs);
    if (this.differences.length === count) {
      this.restored.push(this.#within + name);
    }
    if (now && before) {
      this.#compareHyper(compared, now, before);
    }
  }

  /** Restores the state of each part that was saved completely. */
  #compareState(
    { name, now, before, parts, restored }: Compared,
    differs: (what: string) => void,
  ): void {
    const live = this.#live.parameters[name]!;
    const saved = own(this.#saved.parameters, name) ?? {};
    const ruled = new Set(partsIn(now?.rule).map((part) => part.name));
    const copies = new Map<string, Copy[] | undefined>([...parts.keys()].map((part) => [part, []]));
    const taken = new Set<string>();
    for (const [slot, to] of Object.entries(live)) {
      const part = partOf(slot);
      const source = ruled.has(part) ? parts.get(part) : part;
      const old = source === undefined ? "" : inPart(slot, source);
      const from = own(saved, old);
      taken.add(old);
      const problem = from
        ? misfit(to, own(now?.storages, slot), from, own(before?.storages, old))
        : "was not saved";
      if (problem) {
        differs(`: its state \`${slot}\` ${problem}`);
      }
      const known = copies.has(part) ? copies.get(part) : [];
      copies.set(part, problem || !known ? undefined : [...known, { from: from!, to }]);
    }
    for (const slot of Object.keys(saved).filter((each) => !taken.has(each))) {
      differs(`: it has no state \`${slot}\` now`);
    }
    for (const [part, list] of copies) {
      if (list !== undefined) {
        restored.add(part);
        this.copies.push(...list);
      }
    }
  }

  #compareHyper({ name: parameter, parts }: Compared, now: StateGroup, before: StateGroup): void {
    const oldNames = new Map(
      Object.keys(now.hyper).map((name) => [
        name,
        inPart(name, parts.get(partOf(name)) ?? partOf(name)),
      ]),
    );
    const known = new Set(oldNames.values());
    const gone = Object.keys(before.hyper).filter((name) => !known.has(name));
    for (const name of [...Object.keys(now.hyper), ...gone]) {
      const [old, live] = [before.hyper[oldNames.get(name) ?? name], now.hyper[name]];
      if (Object.is(old, live)) {
        continue;
      }
      const key = [name, typeof old, old, typeof live, live].join(" ");
      let difference = this.#differing.get(key);
      if (difference === undefined) {
        difference = { parameters: [], name, saved: old, now: live };
        this.#differing.set(key, difference);
        this.hyper.push(difference);
      }
      difference.parameters.push(parameter);
    }
  }

  /** Restored parts continue at their saved age; all others keep their present age. */
  #begun(): Record<string, Record<string, number>> {
    const [live, saved] = [this.#live, this.#saved];
    const begun: Record<string, Record<string, number>> = Object.create(null);
    for (const { name, now, parts, restored } of this.#compared) {
      const found: [string, number][] = partsIn(now?.rule).map((part) => {
        const stays = saved.step - live.step + (own(own(live.begun.parts, name), part.name) ?? 0);
        const before = own(own(saved.begun.parts, name), parts.get(part.name) ?? "") ?? 0;
        return [part.name, restored.has(part.name) ? before : stays];
      });
      const later = found.filter(([, at]) => at !== 0);
      if (later.length > 0) {
        begun[name] = Object.fromEntries(later);
      }
    }
    return begun;
  }

  /** @returns when the states that all parameters share began, by part */
  #takeShared(): Record<string, number> {
    if (this.#live.groups.every(({ shared }) => shared.length === 0)) {
      return {};
    }
    const { begun, copies } = takingShared.value(this.#live, this.#saved, this.#compared);
    this.copies.push(...copies);
    return begun;
  }

  /** For each schedule, the state of the saved one that all its parameters had; undefined if there is none. */
  #scheduleStates(): unknown[] {
    const saved = new Map<string, ScheduleState[]>();
    for (const schedule of this.#saved.schedules) {
      for (const [hyper, names] of Object.entries(schedule.of)) {
        for (const name of names) {
          append(saved, `${hyper} ${name}`, schedule);
        }
      }
    }
    const partsOf = new Map(this.#compared.map(({ name, parts }) => [name, parts]));
    return this.#live.schedules.map(({ of }) => {
      const all = Object.entries(of);
      const found = new Set(
        all.flatMap(([hyper, names]) =>
          names.flatMap((name) => {
            const part = partsOf.get(name)?.get(partOf(hyper)) ?? partOf(hyper);
            return saved.get(`${inPart(hyper, part)} ${name}`) ?? [];
          }),
        ),
      );
      const [[hyper, names] = ["", []]] = all;
      if (found.size > 1) {
        this.#differs(
          `the schedule of ${hyper} of ${names.join(", ")} was ${found.size} schedules`,
        );
      }
      return found.size === 1 ? [...found][0]!.state : undefined;
    });
  }
}

/** A function, because bundlers could not remove a class that names itself. */
export const compare = (...given: ConstructorParameters<typeof Comparison>): Comparison =>
  new Comparison(...given);
