import { optimizers, type schedules, transforms } from "gradus";
import { wrap } from "../../src/rule/formula/text.ts";
import { tasks } from "./tasks/index.ts";
import { columns, type Terminal } from "./terminal.ts";

/** Schedules are functions and have no summary of their own. A new one does not compile until it has one here. */
const scheduleSummaries: Readonly<Record<keyof typeof schedules, string>> = {
  constant: "The same value at every step.",
  inverseTime: "Falls with the inverse of time.",
  stepDecay: "A staircase: multiplied by a factor every so many steps.",
  multiStep: "A staircase with drops where you say.",
  exponential: "Multiplied by the same factor at every step.",
  multiplicative: "Multiplied after each step by a factor of that step.",
  polynomial: "From one value to another along a power of the steps left.",
  linear: "A straight line from one value to another.",
  inverseSqrt: "Falls with the inverse square root of the step's number.",
  noam: "A line up, then the inverse square root of the step's number: the Transformer's.",
  rex: "The reflected exponential: slow at first, steep at the end.",
  tanh: "High for long, then down along a hyperbolic tangent.",
  cosine: "Half a period of the cosine: flat at both ends.",
  cosineWarmRestarts: "Half a period of the cosine, begun anew each time it is over.",
  cyclic: "Up and down along straight lines, over and over.",
  oneCycle: "Up to a peak, then down to far below the start.",
  piecewise: "From value to value at the steps you say, by jumps, lines or cosines.",
  warmup: "A linear warm-up, then a constant or another schedule.",
  warmupCosine: "A linear warm-up, then half a period of the cosine.",
  wsd: "A linear warm-up, a long stay at the peak, a short decay at the end.",
  cooldown: "A schedule up to some step, then from there to a final value.",
  join: "Schedules one after the other.",
  scaled: "A schedule times a factor or another schedule.",
  reduceOnPlateau: "Reduced by a factor whenever a metric has stopped improving.",
};

interface Entry {
  readonly name: string;
  readonly summary: string;
}

interface Listing {
  readonly optimizers: readonly Entry[];
  readonly transforms: readonly Entry[];
  readonly schedules: readonly Entry[];
  readonly tasks: readonly Entry[];
}

function listing(): Listing {
  const rules = (registry: typeof optimizers | typeof transforms) =>
    Object.entries(registry).map(([name, { definition }]) => ({
      name,
      summary: definition.summary ?? "",
    }));
  return {
    optimizers: rules(optimizers),
    transforms: rules(transforms),
    schedules: Object.entries(scheduleSummaries).map(([name, summary]) => ({ name, summary })),
    tasks: Object.values(tasks).map(({ name, summary }) => ({ name, summary })),
  };
}

/** `gradus list` */
export function list({ json }: { readonly json?: boolean }, terminal: Terminal): void {
  const sections = listing();
  if (json) {
    terminal.document(JSON.stringify(sections, null, 2));
    return;
  }
  const entries = Object.values(sections).flat() as Entry[];
  const width = Math.max(...entries.map(({ name }) => name.length));
  const room = (terminal.width ?? Number.POSITIVE_INFINITY) - width - 4;
  for (const [title, items] of Object.entries(sections) as [string, Entry[]][]) {
    if (title !== "optimizers") terminal.result("");
    terminal.result(title[0]!.toUpperCase() + title.slice(1), "bold");
    const rows = items.flatMap(({ name, summary }) =>
      wrap(summary, room).map((line, i) => [(i === 0 ? name : "").padEnd(width), line]),
    );
    for (const line of columns(rows)) {
      terminal.result(`  ${line}`);
    }
  }
}
