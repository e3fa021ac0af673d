/** Says in words whether a comparison confirms the order of the Adam paper's figures. */

import { counted, formatNumber, listed } from "../../../charts/format.ts";
import type { Comparison } from "../report/comparison.ts";
import { comparedGroups, type Group } from "../report/groups.ts";
import { gained, isDiverged, lossCurve, reachOf, sayable, stepsTo } from "../report/loss-curve.ts";
import type { Choice } from "./rate-choices.ts";

/** What Adam is compared with: Kingma & Ba, 2015, figures 1 and 2, and plain SGD. */
const rivals: readonly string[] = ["adagrad", "rmsprop", "adadelta", "sgd"];

/** The numbers of steps that Adam and another optimizer needed to reach a loss, on the median curves. */
interface Count {
  readonly rival: Group;
  readonly loss: number;
  readonly adam: number;
  readonly other: number;
}

/** The step counts at the lowest loss that both reached. */
interface Race extends Count {
  /** Whether the seeds' ranges of steps overlap: Adam's and the other's. */
  readonly close: boolean;
}

/** The significant digits of a loss in a sentence. Steps are counted at the rounded loss. */
const DIGITS = [4];

function countAt(adam: Group, rival: Group, loss: number): Count {
  const [own, other] = [adam, rival].map((group) => {
    const { x, median } = lossCurve(group);
    return stepsTo(x, median, loss);
  });
  return { rival, loss, adam: own!, other: other! };
}

/** Compares two optimizers that made progress; `undefined` if one begins below the loss at which the other ends. */
function race(adam: Group, rival: Group): Race | undefined {
  const reaches = [reachOf(adam)!, reachOf(rival)!];
  const lowest = Math.max(...reaches.map((reach) => reach.lowest));
  const loss = sayable(lowest, reaches, DIGITS);
  if (loss === undefined) return undefined;
  const [own, other] = [adam, rival].map((group) => {
    const { x, low, high } = lossCurve(group);
    return [stepsTo(x, low, loss), stepsTo(x, high, loss)] as const;
  });
  const seeds = Math.min(adam.runs.length, rival.runs.length);
  const close = seeds > 1 && own![0] <= other![1] && other![0] <= own![1];
  return { ...countAt(adam, rival, loss), close };
}

/** How many losses between start and target are compared on the median curve. */
const checkpoints = 24;

/** The lowest loss, above that at the end of the race, which another optimizer reached in fewer steps than Adam. */
function lead(adam: Group, { rival, loss: end }: Race): Count | undefined {
  const reaches = [reachOf(adam)!, reachOf(rival)!];
  const start = Math.min(...reaches.map((reach) => reach.start));
  for (let i = 1; i < checkpoints; i++) {
    // Spaced evenly by ratio, if both losses are positive.
    const share = i / checkpoints;
    const between = end > 0 ? end * (start / end) ** share : end + (start - end) * share;
    const loss = sayable(between, reaches, DIGITS);
    if (loss === undefined) return undefined;
    const found = countAt(adam, rival, loss);
    if (found.adam > found.other) return found;
  }
  return undefined;
}

const names = (groups: readonly Group[]): string => listed(groups.map(({ label }) => label));

const steps = (count: number): string => counted(count, "step");

function describe({ rival: { label }, loss, adam, other }: Count): string {
  return `${label} (to ${formatNumber(loss)}: adam ${steps(adam)}, ${label} ${steps(other)})`;
}

/** Says who was ahead early: rates are chosen for the end of a run, and may cost steps at its beginning. */
function describeLeads(leads: readonly Count[], tuned: boolean): string {
  const reason =
    " Each learning rate was chosen for the loss at the end, and rates that end lowest may overshoot at first.";
  return `On the way there it does not hold throughout: fewer steps than Adam needed ${listed(leads.map(describe))}.${tuned ? reason : ""}`;
}

/** Sentences about the optimizers without steps to count. */
function setAside(groups: readonly Group[]): string[] {
  const diverged = groups.filter(isDiverged);
  const stuck = groups.filter((group) => !isDiverged(group) && !gained(reachOf(group)!));
  return [
    ...(diverged.length > 0 ? [`${names(diverged)} diverged.`] : []),
    ...(stuck.length > 0 ? [`${names(stuck)} never got below the loss at the first step.`] : []),
  ];
}

const untuned: readonly (readonly [Choice, string])[] = [
  ["default", "ran at default learning rates, not tuned ones"],
  ["given", "ran at given learning rates, not tuned ones"],
  ["elsewhere", "ran at learning rates that were tuned for other runs"],
];

/** Reasons other than the optimizers that may explain the result. */
function caveats(groups: readonly Group[], choices: ReadonlyMap<string, Choice>): string[] {
  const rates = untuned.flatMap(([choice, text]) => {
    const own = groups.filter(({ label }) => choices.get(label) === choice);
    return own.length > 0 ? [`${names(own)} ${text}: that alone may decide it.`] : [];
  });
  const seeds = groups.map(({ runs }) => runs.map(({ seed }) => seed).sort((a, b) => a - b));
  const alike = seeds.every((each) => each.join() === seeds[0]!.join());
  const single = seeds.every(({ length }) => length === 1);
  return [
    ...rates,
    ...(alike ? [] : ["Not all of these were run on the same seeds: that alone may decide it."]),
    ...(alike && single ? ["This is of one seed: others may tell another order."] : []),
  ];
}

/** Sentences about which optimizer needed fewer steps. There is at least one race. */
function verdict(races: readonly Race[], lossName: string): string[] {
  const lost = races.filter((each) => each.adam > each.other);
  const won = races.filter((each) => !lost.includes(each));
  const close = races.filter((each) => each.close && each.adam !== each.other);
  const compared = `to the lowest ${lossName} that both reached`;
  const told =
    lost.length === 0
      ? [
          `The order of the Adam paper's figures holds: ${compared}, Adam needed no more steps than ${listed(won.map(describe))}.`,
        ]
      : [
          `The order of the Adam paper's figures does not hold here: ${compared}, Adam needed more steps than ${listed(lost.map(describe))}.`,
          ...(won.length > 0 ? [`It does hold against ${listed(won.map(describe))}.`] : []),
        ];
  const within = names(close.map(({ rival }) => rival));
  return close.length === 0
    ? told
    : [...told, `Against ${within} the difference is within the range of the seeds.`];
}

/**
 * Says for each of the paper's optimizers whether it or Adam needed fewer steps to the lowest training loss that both
 * reached, on the median curves. Empty if Adam or all the others were not run.
 *
 * @param choices how each learning rate was chosen, by label: untuned rates are mentioned
 */
export function findingsOf(
  comparison: Comparison,
  choices: ReadonlyMap<string, Choice> = new Map(),
): string[] {
  const groups = comparedGroups(comparison).filter(
    (group) => isDiverged(group) || lossCurve(group).x.length > 1,
  );
  const adam = groups.find(({ optimizer }) => optimizer === "adam");
  const others = groups.filter(({ optimizer }) => rivals.includes(optimizer));
  if (adam === undefined || others.length === 0) return [];
  const counts = (group: Group) => !isDiverged(group) && gained(reachOf(group)!);
  const races = counts(adam)
    ? others.filter(counts).flatMap((rival) => race(adam, rival) ?? [])
    : [];
  const aside = setAside([adam, ...others]);
  if (races.length === 0) {
    return ["Whether the order of the Adam paper's figures holds cannot be told here.", ...aside];
  }
  const won = races.filter((each) => each.adam <= each.other);
  const leads = won.flatMap((each) => lead(adam, each) ?? []);
  const raced = [adam, ...races.map(({ rival }) => rival)];
  const tuned = raced.every(({ label }) => ["swept", "tuned"].includes(choices.get(label) ?? ""));
  return [
    ...verdict(races, comparison.task.lossName),
    ...(leads.length > 0 ? [describeLeads(leads, tuned)] : []),
    ...aside,
    ...caveats(raced, choices),
  ];
}
