// Simulates DiLoCo on many ranks in one process, for docs/distributed-scale.md: `nice npx tsx scripts/diloco.ts`. Each finished
// run is
// written into scripts/diloco/outcomes.json, and not made again: delete it to start again. `--page` writes only the page.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { spread } from "../cli/src/report/statistics.ts";
import { batch, examples, type Outcome, type Run, simulate } from "./diloco/simulation.ts";
import { figure, fill, table } from "./figures/document.ts";

const page = new URL("../docs/distributed-scale.md", import.meta.url);
const file = new URL("diloco/outcomes.json", import.meta.url);

interface Done extends Run, Outcome {
  readonly seconds: number;
}

const seeds = [1, 2, 3];
const distances = [500, 50, 10, 1];

const read = (): Done[] => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : []);

const dataParallel = (ranks: number) => ({ ranks, every: 0, rule: "none" as const });
const runsOf = (rule: "DiLoCo" | "local SGD", every: number) =>
  [8, 64].map((ranks) => ({ ranks, every, rule }));

/** The most informative runs first; in each part, all runs of one seed and then those of the next. */
const planned: readonly (readonly Omit<Run, "seed">[])[] = [
  [1, 8, 64].map(dataParallel),
  distances.flatMap((every) => runsOf("DiLoCo", every)),
  distances.flatMap((every) => runsOf("local SGD", every)),
];

const isSame = (one: Omit<Run, "seed">, other: Omit<Run, "seed">): boolean =>
  one.ranks === other.ranks && one.every === other.every && one.rule === other.rule;

async function run(): Promise<void> {
  const done = read();
  const all = planned.flatMap((runs) =>
    seeds.flatMap((seed) => runs.map((each) => ({ ...each, seed }))),
  );
  for (const each of all) {
    if (done.some((known) => known.seed === each.seed && isSame(known, each))) continue;
    const start = performance.now();
    const outcome = await simulate(each);
    const seconds = Math.round((performance.now() - start) / 1000);
    done.push({ ...each, ...outcome, seconds });
    writeFileSync(file, `${JSON.stringify(done, null, 2)}\n`);
    console.log(JSON.stringify(done.at(-1)));
  }
}

/** The median over seeds, with the lowest and the highest. */
function cell(values: readonly number[], format: (value: number) => string): string {
  const found = spread(values);
  return found === null
    ? "∞"
    : `${format(found.median)} (${format(found.low)} to ${format(found.high)})`;
}

function write(): void {
  const done = read();
  const isSeldom = ({ every }: Omit<Run, "seed">) => Number(every > 0);
  const ordered = planned
    .flat()
    .sort(
      (a, b) =>
        a.ranks - b.ranks ||
        isSeldom(a) - isSeldom(b) ||
        a.rule.localeCompare(b.rule) ||
        a.every - b.every,
    );
  const rows = ordered.flatMap((each) => {
    const own = done.filter((known) => isSame(known, each));
    if (own.length === 0) return [];
    const { ranks, every, rule } = each;
    const name = ranks === 1 ? "one process" : rule === "none" ? "data parallel" : rule;
    return [
      [
        name,
        ranks,
        Math.floor(examples / batch / ranks),
        every === 0 ? "" : every,
        cell(
          own.map(({ loss }) => loss),
          (value) => figure(value),
        ),
        cell(
          own.map(({ accuracy }) => 100 * accuracy),
          (value) => `${value.toFixed(1)} %`,
        ),
        own.length,
      ],
    ];
  });
  const head = [
    "",
    "ranks",
    "steps of a rank",
    "`every`",
    "training loss",
    "test accuracy",
    "seeds",
  ];
  fill(page, "simulation", table(head, rows));
}

if (!process.argv.includes("--page")) await run();
write();
