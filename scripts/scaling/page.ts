/** Writes the tables and the picture of the model for docs/distributed-scale.md. */
import { figure, table } from "../figures/document.ts";
import { plot } from "../figures/plot.ts";
import constants from "./constants.json" with { type: "json" };
import { fitAll, type Measurement } from "./fit.ts";
import { type Machine, type Method, methods, type Network, speedUp, stepSeconds } from "./model.ts";

export const every = 50;

const machines: readonly Machine[] = constants.machines;

interface NamedNetwork {
  readonly name: string;
  readonly short: string;
  readonly network: Network;
}

const networks: readonly NamedNetwork[] = constants.networks.map(
  ({ name, short, alpha, gigabitsPerSecond, share }) => {
    const cost = { alpha, beta: 8 / (1e9 * gigabitsPerSecond * share) };
    const network = { allReduce: cost, reduceScatter: cost, allGather: cost, broadcast: cost };
    return { name, short, network };
  },
);

const sizes = [1e6, 1e7, 1e8, 1e9, 1e10];
const counts = [2, 4, 8, 16, 64, 256, 1024];
const drawnSize = 1e9;

const named = (method: Method): string => (method === "DiLoCo" ? `DiLoCo, every ${every}` : method);

const power = (value: number): string => {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  return `10${[...String(Math.log10(value))].map((digit) => digits[Number(digit)]).join("")}`;
};

/** The constants by name, and their sources. */
export function constantsTable(): string {
  const ranks = constants.machines.map(({ name, compute, update, examples }) => [
    name,
    `${figure(compute * 1e12)} ps`,
    `${figure(update * 1e12)} ps`,
    examples,
  ]);
  const links = networks.map(({ name, network: { allReduce } }) => [
    name,
    `${figure(allReduce.alpha * 1e6)} µs`,
    `${figure(1e-9 / allReduce.beta)} GB/s`,
  ]);
  const sources = [
    ...constants.machines.map(({ name, source }) => `- ${name}: ${source}`),
    ...Object.entries(constants.sources).map(([name, source]) => `- ${name}: ${source}`),
  ];
  return [
    table(
      ["rank", "compute, per parameter and example", "update, per parameter", "examples per step"],
      ranks,
    ),
    table(["network", "alpha", "1 / beta"], links),
    sources.join("\n"),
  ].join("\n\n");
}

/** The largest relative difference of speed-ups between the shown sizes and others. */
function mostApart(machine: Machine): number {
  const apart = networks.flatMap(({ network }) =>
    methods.flatMap((method) =>
      counts.flatMap((ranks) => {
        const at = (parameters: number) =>
          speedUp(method, { machine, network, parameters, ranks, every });
        return sizes.map((size) => Math.abs(at(size) / at(drawnSize) - 1));
      }),
    ),
  );
  return Math.max(...apart);
}

/** The speed-ups of one kind of rank: a row for each network and method, a column for each number of ranks. */
function speedUps(machine: Machine): string {
  const rows = networks.flatMap(({ short, network }) =>
    methods.map((method) => [
      short,
      named(method),
      ...counts.map((ranks) =>
        figure(speedUp(method, { machine, network, parameters: drawnSize, ranks, every })),
      ),
    ]),
  );
  return table(["network", "", ...counts.map((ranks) => `${ranks} ranks`)], rows);
}

/** The seconds of a step and the memory of a rank, a row for each size. */
function steps(machine: Machine): string {
  const ranks = 64;
  const cases = [networks[0]!, networks.at(-1)!].flatMap((each) =>
    methods.map((method) => ({ ...each, method })),
  );
  const rows = sizes.map((parameters) => [
    power(parameters),
    seconds(
      stepSeconds("data parallel", {
        machine,
        network: networks[0]!.network,
        parameters,
        ranks: 1,
        every,
      }),
    ),
    ...cases.map(({ network, method }) =>
      seconds(stepSeconds(method, { machine, network, parameters, ranks, every })),
    ),
  ]);
  const head = cases.map(({ short, method }) => `${short}, ${method}`);
  return table(["parameters", "1 rank", ...head], rows);
}

const units = [
  [1, "s"],
  [1e-3, "ms"],
  [1e-6, "µs"],
] as const;

function seconds(value: number): string {
  const [unit, name] = units.find(([size]) => value >= size) ?? units.at(-1)!;
  return `${figure(value / unit)} ${name}`;
}

export const speedUpTables = (): string =>
  machines
    .map((machine) => {
      const apart = `${figure(100 * mostApart(machine), 2)} %`;
      return [
        `**Each rank is ${machine.name}, with ${machine.examples} examples per step.** Speed-up with ${power(drawnSize)} parameters. From ${power(sizes[0]!)} to ${power(sizes.at(-1)!)} parameters it differs by at most ${apart}, because all parts of a step grow in proportion:`,
        speedUps(machine),
        "Time of a step on 64 ranks:",
        steps(machine),
      ].join("\n\n");
    })
    .join("\n\n");

/**
 * The gigabytes that a rank needs with Adam in float32: weights, gradients and state; and those with an outer rule with momentum.
 */
export function memoryTable(): string {
  const bytesOf = (method: Method, ranks: number): number =>
    method === "ZeRO-1" ? 8 + 8 / ranks : method === "DiLoCo" ? 28 : 16;
  const ranks = 64;
  const rows = sizes.map((parameters) => [
    power(parameters),
    ...methods.map((method) => `${figure((bytesOf(method, ranks) * parameters) / 1e9)} GB`),
  ]);
  return table(["parameters", ...methods.map(named)], rows);
}

const drawn: readonly (readonly [network: number, method: Method])[] = [
  [0, "data parallel"],
  [0, "DiLoCo"],
  [1, "data parallel"],
  [1, "DiLoCo"],
  [2, "data parallel"],
  [2, "DiLoCo"],
];

/** Draws the speed-up against the number of ranks, for accelerators and a thousand million parameters. */
export function drawScaling(): string {
  const machine = machines.at(-1)!;
  const x = Array.from({ length: 11 }, (_, i) => 2 ** i);
  return plot({
    title: `Speed-up of 10⁹ parameters by the number of ranks, ${machine.name} each`,
    x: { label: "ranks", log: true, format: "integer" },
    y: { label: "speed-up", log: true, format: "number" },
    points: false,
    lines: drawn.map(([index, method]) => {
      const { short, network } = networks[index]!;
      const at = (ranks: number) =>
        speedUp(method, { machine, network, parameters: drawnSize, ranks, every });
      return {
        label: `${short} ${method === "DiLoCo" ? "DiLoCo" : "parallel"}`,
        x,
        y: x.map(at),
      };
    }),
  });
}

/** Alpha and beta of each measured collective, and how well they predict what the fit did not use. */
export function fitTable({
  measurements,
  transport,
}: {
  readonly measurements: readonly Measurement[];
  readonly transport: string;
}): string {
  const ranks = [...new Set(measurements.map((each) => each.ranks))].sort((a, b) => a - b);
  const rows = fitAll(measurements).map(({ collective, cost, heldBack, predicted, worst }) => [
    `\`${collective}\``,
    `${figure(cost.alpha * 1e6)} µs`,
    `${figure(1e-9 / cost.beta)} GB/s`,
    `${heldBack / 1024} KiB`,
    `${figure(predicted, 2)}`,
    `${figure(worst, 2)}`,
  ]);
  const head = ["", "alpha", "1 / beta", "held back", "predicted / measured", "worst"];
  return `${transport}, ${ranks.join(", ")} ranks.\n\n${table(head, rows)}`;
}
