/** Says how the learning rates of a comparison were chosen: what it shows about the optimizers depends on that. */
import { isDeepStrictEqual } from "node:util";
import type { Task } from "gradus/tasks";
import { listed } from "../../../charts/format.ts";
import type { CompareOptions } from "./options.ts";
import type { Rate } from "./plan.ts";

/** `elsewhere`: tuned for other runs of the task, or for the optimizer without the transforms that are joined to it. */
export type Choice = "swept" | "tuned" | "elsewhere" | "given" | "default";

/** The settings of runs on which a learning rate may depend. */
export type Conditions = Pick<CompareOptions, "steps" | "batch" | "settings" | "data">;

/** Whether a task's rates were tuned for runs with these settings. */
export function areTunedConditions(
  { defaults, sweep }: Task,
  { steps, batch, settings, data }: Conditions,
): boolean {
  return (
    data === undefined &&
    steps === (sweep?.steps ?? defaults.steps) &&
    batch === defaults.batch &&
    isDeepStrictEqual(settings, defaults.settings)
  );
}

/** How each rate was chosen, by the rules' labels. */
export function choicesOf(
  rates: readonly Rate[],
  task: Task,
  options: Conditions & { readonly sweep: boolean },
): ReadonlyMap<string, Choice> {
  const here = areTunedConditions(task, options);
  return new Map(
    rates.map(({ rule: { label }, origin }): [string, Choice] => {
      if (options.sweep) return [label, "swept"];
      if (origin !== "tuned") return [label, origin];
      return [label, here && Object.hasOwn(task.tuned, label) ? "tuned" : "elsewhere"];
    }),
  );
}

/** A list such as "seed 7" or "seeds 1, 2 and 3". */
export function seedList(seeds: readonly number[]): string {
  const texts = seeds.map(String);
  if (seeds.length > 4) return `seeds ${texts[0]!} to ${texts.at(-1)!}`;
  return `${seeds.length === 1 ? "seed" : "seeds"} ${listed(texts)}`;
}

/** Says on which seeds a task's rates were tuned, and whether the same seeds are shown. */
function tunedSeeds({ sweep }: Task, shown: readonly number[]): string {
  if (sweep === undefined) return "";
  const flattered = sweep.seeds.some((seed) => shown.includes(seed));
  const remark = flattered
    ? "shared with the runs here, which makes them look better"
    : "none of which is shown here";
  return `, chosen on ${seedList(sweep.seeds)}, ${remark}`;
}

/** The choices in sentences, for the report. */
export function choicesText(
  choices: ReadonlyMap<string, Choice>,
  task: Task,
  { seeds, tuningSeeds }: Pick<CompareOptions, "seeds" | "tuningSeeds">,
): string {
  const texts: Readonly<Record<Choice, string>> = {
    swept: `chosen by the sweep on ${seedList(tuningSeeds)}, none of which is compared`,
    tuned: `the task's tuned ones${tunedSeeds(task, seeds)}`,
    elsewhere: `the task's tuned ones, for another length, batch, setting, data or rule than here${tunedSeeds(task, seeds)}`,
    given: "as they were given",
    default: "the optimizers' defaults, which nobody tuned",
  };
  const used = [...new Set(choices.values())];
  return used
    .map((choice) => {
      const labels = [...choices].filter(([, each]) => each === choice).map(([label]) => label);
      const text = texts[choice];
      return used.length === 1
        ? `${text[0]!.toUpperCase()}${text.slice(1)}.`
        : `${listed(labels)}: ${text}.`;
    })
    .join(" ");
}
