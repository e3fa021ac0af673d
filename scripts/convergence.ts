// Writes docs/convergence.md from tests/convergence/settings.ts: `npm run convergence`.
// `npm run convergence -- --search NAME [OPTIONS]` prints its lines for that file instead; OPTIONS are
// JSON, for all problems.
import { optimizers } from "../src/index.ts";
import { rates } from "../tests/claims/training.ts";
import {
  falling,
  type OptimizerName,
  outcome,
  type Setting,
} from "../tests/convergence/convergence.ts";
import { type ProblemName, problems } from "../tests/convergence/problems.ts";
import { settings } from "../tests/convergence/settings.ts";
import { figure, fill, table } from "./figures/document.ts";

type Options = Setting[0];

const names = Object.keys(problems) as ProblemName[];
const page = new URL("../docs/convergence.md", import.meta.url);

function write(): void {
  for (const name of names) {
    const rows = (Object.keys(optimizers) as OptimizerName[]).map((optimizer) => {
      const setting = settings[name][optimizer];
      const { reached, final } = outcome(optimizer, name, setting);
      const options = Object.entries(setting[0]).map(
        ([option, value]) =>
          `${option} ${typeof value === "function" ? `${value(1)(1)} falling to 0` : value}`,
      );
      return [
        `\`${optimizer}\``,
        options.join(", ") || "defaults",
        Number.isFinite(reached) ? reached : "never",
        setting[1],
        figure(final),
      ];
    });
    const head = ["", "options", "target reached after", "steps made", "left at the end"];
    const notes = (Object.keys(optimizers) as OptimizerName[]).flatMap((optimizer) => {
      const obstacle = settings[name][optimizer][2];
      return obstacle === undefined ? [] : [`\n\n\`${optimizer}\`: ${obstacle}.`];
    });
    fill(page, name, table(head, rows) + notes.join(""));
  }
}

/** From 1e-5 to 1000, two in each decade. */
const RATES = rates(-5, 3);
const STEPS = [100, 200, 500, 1000, 2000, 5000, 10_000];
/** How far below the target a setting must end, so that rounding differences do not matter. */
const MARGIN = 0.5;

/**
 * The setting that ends well below the target in the fewest steps. It must not be a lucky one: the next higher or lower learning
 * rate reaches the target, too. Among equals the one with the lowest end is chosen, with a constant rate if there is one.
 */
function search(optimizer: OptimizerName, name: ProblemName, given: Options): Setting | undefined {
  const { target } = problems[name];
  const rated = "lr" in optimizers[optimizer].definition.hyper && !("lr" in given);
  for (const steps of STEPS) {
    const endOf = (options: Options) => outcome(optimizer, name, [options, steps], false).final;
    if (!rated) {
      if (endOf(given) <= MARGIN * target) return [given, steps];
      continue;
    }
    for (const shape of [(lr: number) => lr, falling]) {
      const ends = RATES.map((lr) => endOf({ ...given, lr: shape(lr) }));
      const good = ends.map(
        (end, i) =>
          end <= MARGIN * target && [ends[i - 1], ends[i + 1]].some((next) => next! <= target),
      );
      const least = Math.min(...ends.filter((_, i) => good[i]));
      if (Number.isFinite(least)) {
        return [{ ...given, lr: shape(RATES[ends.indexOf(least)]!) }, steps];
      }
    }
  }
  return undefined;
}

function show([options, steps]: Setting): string {
  const shown = Object.entries(options).map(
    ([name, value]) =>
      `${name}: ${typeof value === "function" ? `falling(${value(1)(1)})` : value}`,
  );
  return `[{ ${shown.join(", ")} }, ${steps}]`;
}

const [flag, asked, options = "{}"] = process.argv.slice(2);
if (flag === "--search") {
  const optimizer = asked as OptimizerName;
  const found = names.map((problem) => {
    const setting = search(optimizer, problem, JSON.parse(options));
    return `${problem}\n    ${optimizer}: ${setting === undefined ? "undefined" : show(setting)},`;
  });
  console.log(found.join("\n"));
} else {
  write();
}
