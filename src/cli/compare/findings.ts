/** Whether the order of the Adam paper's figures holds in a comparison, in words. */
import type { Comparison } from "../report/comparison.ts";
import { formatInteger, formatNumber } from "../report/format.ts";
import { comparedGroups, type Group } from "../report/groups.ts";
import { type Band, bandOf, stepsToTarget } from "../report/statistics.ts";

/** What Adam is compared with: Kingma & Ba, 2015, figures 1 and 2, and plain SGD. */
const rivals: readonly string[] = ["adagrad", "rmsprop", "adadelta", "sgd"];

/** How many steps Adam and another optimizer needed to a loss. */
interface Count {
  readonly rival: string;
  readonly loss: number;
  readonly adam: number;
  readonly other: number;
}

/** The count at the lowest loss that both reached. */
interface Race extends Count {
  /** The fewest and the most steps of Adam's seeds and of the other's overlap. */
  readonly close: boolean;
}

/** The median over seeds at each recorded step. */
const medianCurve = ({ runs }: Group): Band =>
  bandOf(
    runs.map((run) => ({ steps: run.steps, x: run.steps, y: run.loss, diverged: run.diverged })),
  );

const lowestOf = (group: Group): number => Math.min(...medianCurve(group).median);

function race(adam: Group, rival: Group): Race {
  const loss = Math.max(lowestOf(adam), lowestOf(rival));
  const [own, other] = [adam, rival].map((group) => {
    const { x, median } = medianCurve(group);
    return stepsToTarget({ steps: x, loss: median }, loss);
  });
  const [seeds, others] = [adam, rival].map(({ runs }) =>
    runs.map((run) => stepsToTarget(run, loss)),
  );
  return {
    rival: rival.label,
    loss,
    adam: own!,
    other: other!,
    close:
      Math.max(...seeds!) >= Math.min(...others!) && Math.max(...others!) >= Math.min(...seeds!),
  };
}

/** The median curve at so many losses between its highest and the target, evenly in ratio. */
const checkpoints = 24;

/** The lowest loss above the races' end to which another optimizer got in fewer steps than Adam. */
function lead(adam: Group, rival: Group, end: number): Count | undefined {
  const [own, other] = [adam, rival].map((group) => {
    const { x, median } = medianCurve(group);
    return (loss: number) => stepsToTarget({ steps: x, loss: median }, loss);
  });
  const start = Math.min(...[adam, rival].map((group) => medianCurve(group).median[0]!));
  for (let i = 1; i < checkpoints; i++) {
    const loss = end * (start / end) ** (i / checkpoints);
    const found = { rival: rival.label, loss, adam: own!(loss), other: other!(loss) };
    if (found.adam > found.other) return found;
  }
  return undefined;
}

const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)!}`;

const steps = (count: number): string => `${formatInteger(count)} steps`;

function describe({ rival, loss, adam, other }: Count): string {
  return `${rival} (to ${formatNumber(loss)}: adam ${steps(adam)}, ${rival} ${steps(other)})`;
}

/** Rates are chosen for the end of a run; what that costs at its beginning is not hidden. */
function describeLeads(leads: readonly Count[], tuned: boolean): string {
  const reason =
    " Each learning rate was chosen for the loss at the end, and rates that end lowest may overshoot at first.";
  return `On the way there it does not hold throughout: fewer steps than Adam needed ${listed(leads.map(describe))}.${tuned ? reason : ""}`;
}

/**
 * Says for each of the paper's optimizers who needed fewer steps to the lowest training loss that
 * both reached, on the median curves. Nothing where Adam or all the others have no curve.
 *
 * @param untuned optimizers at learning rates that nobody tuned, which is said
 */
export function findingsOf(comparison: Comparison, untuned: readonly string[] = []): string[] {
  const groups = comparedGroups(comparison).filter((group) => Number.isFinite(lowestOf(group)));
  const adam = groups.find(({ optimizer }) => optimizer === "adam");
  const others = groups.filter(({ optimizer }) => rivals.includes(optimizer));
  if (adam === undefined || others.length === 0) return [];
  const races = others.map((rival) => race(adam, rival));
  const lost = races.filter((each) => each.adam > each.other);
  const won = races.filter((each) => !lost.includes(each));
  const leads = won.flatMap(({ rival, loss }) => {
    const group = others.find(({ label }) => label === rival)!;
    return lead(adam, group, loss) ?? [];
  });
  const { lossName } = comparison.task;
  const luck = untuned.filter((label) =>
    [adam, ...others].some(({ optimizer }) => optimizer === label),
  );
  const caveat =
    luck.length === 0
      ? []
      : [
          `${listed(luck)} ran at default learning rates, not tuned ones: that alone may decide it.`,
        ];
  const compared = `to the lowest ${lossName} that both reached`;
  const early = leads.length > 0 ? [describeLeads(leads, luck.length === 0)] : [];
  if (lost.length === 0) {
    return [
      `The order of the Adam paper's figures holds: ${compared}, Adam needed no more steps than ${listed(won.map(describe))}.`,
      ...early,
      ...caveat,
    ];
  }
  const close = lost.filter((each) => each.close).map(({ rival }) => rival);
  return [
    `The order of the Adam paper's figures does not hold here: ${compared}, Adam needed more steps than ${listed(lost.map(describe))}.`,
    ...(close.length > 0
      ? [`Against ${listed(close)} the difference is within the range of the seeds.`]
      : []),
    ...(won.length > 0 ? [`It does hold against ${listed(won.map(describe))}.`] : []),
    ...early,
    ...caveat,
  ];
}
