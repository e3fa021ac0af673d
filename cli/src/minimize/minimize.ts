/** `gradus minimize` */
import { pathToFileURL } from "node:url";
import { landscapes } from "../../../formulas/landscapes.ts";
import { countOf, parseRates } from "../compare/options.ts";
import { newFolder, outputPaths, reportKind } from "../compare/output.ts";
import { exitCodes, UsageError } from "../errors.ts";
import { readBounds } from "../fit/options.ts";
import { obstacle, writeOwn } from "../own-files.ts";
import { readAssets } from "../report/assets.ts";
import type { RuleSpecification } from "../specification.ts";
import { columns, createTerminal, type Terminal } from "../terminal.ts";
import { type MethodSpecification, parseMethods, requireBounded } from "./methods.ts";
import { columnsOf, type Minimized, ratesNote, rowsOf, summaryOf } from "./minimized.ts";
import { minimizePage } from "./page.ts";
import { type Problem, problemOf } from "./problem.ts";
import { type Limits, runMethod } from "./run.ts";

/** The options as text. */
export interface RawOptions {
  readonly methods: string;
  readonly start?: string;
  readonly lr?: string;
  readonly bounds?: string;
  readonly evaluations?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** The default of `--evaluations`. */
const standardEvaluations = 2000;

/**
 * Minimizes a function by several methods, prints what each found, and writes a report.
 *
 * @param command the command that was typed, for the report
 * @throws {UsageError} {CommandError} before anything is written
 */
export function minimizeFunction(what: string, raw: RawOptions, command: string): number {
  const terminal = createTerminal(raw.quiet ?? false);
  const name = Object.hasOwn(landscapes, what) ? what : "function";
  const report = outputPaths(raw.out, newFolder(`minimize-${name}`, new Date())).report;
  const refused = obstacle(report, reportKind);
  if (refused !== undefined) throw new UsageError(refused);
  const found = minimizedBy(what, raw, command);
  const { style } = readAssets();
  const place = `Report: ${pathToFileURL(report).href}`;
  if (raw.json) terminal.document(JSON.stringify(summaryOf(found), null, 2));
  else print(found, terminal);
  writeOwn(report, minimizePage(found, style), reportKind);
  if (raw.json) terminal.note(place);
  else terminal.result(place);
  return exitCodes.done;
}

/** Only the runs, without output. */
export function minimizedBy(what: string, raw: RawOptions, command: string): Minimized {
  const problem = problemOf(what, raw.start);
  const methods = parseMethods(raw.methods);
  const rates = ratesOf(raw.lr, methods);
  const bounds = boundsOf(raw.bounds, problem);
  if (bounds !== undefined) requireBounded(methods);
  const evaluations = countOf("--evaluations", raw.evaluations, standardEvaluations);
  const within = bounds === undefined ? problem : boxed(problem, bounds);
  const runs = methods.map((method) =>
    runMethod(within, method, { evaluations, bounds }, method.rule && rates.get(method.rule)),
  );
  return { problem: within, command, runs, bounds };
}

function ratesOf(
  text: string | undefined,
  methods: readonly MethodSpecification[],
): ReadonlyMap<RuleSpecification, number> {
  if (text === undefined) return new Map();
  const rules = methods.flatMap(({ rule }) => rule ?? []);
  if (rules.length === 0) {
    const labels = methods.map(({ label }) => label).join(" and ");
    throw new UsageError(
      `--lr: ${labels} ${methods.length === 1 ? "has" : "have"} no learning rate`,
    );
  }
  return parseRates(text, rules);
}

function boundsOf(text: string | undefined, { unknowns }: Problem): Limits["bounds"] {
  if (text === undefined) return undefined;
  const { lower, upper } = readBounds(text, unknowns, "unknown");
  return {
    lower: unknowns.map((name) => lower[name] ?? Number.NEGATIVE_INFINITY),
    upper: unknowns.map((name) => upper[name] ?? Number.POSITIVE_INFINITY),
  };
}

/** Keeps the known minima inside the bounds. If there is none, the least value is not known. */
function boxed(problem: Problem, { lower, upper }: NonNullable<Limits["bounds"]>): Problem {
  const minima = problem.minima.filter((at) =>
    at.every((value, i) => value >= lower[i]! && value <= upper[i]!),
  );
  return minima.length === 0 ? { ...problem, minima, least: undefined } : { ...problem, minima };
}

function print(found: Minimized, terminal: Terminal): void {
  const { text, start, unknowns } = found.problem;
  const from = unknowns.map((name, i) => `${name}=${start[i]}`).join(", ");
  terminal.result(`${text}, from ${from}`, "bold");
  const names = columnsOf(found);
  const align = names.map((_, i) => (i === 0 || i === names.length - 1 ? "left" : "right"));
  for (const line of columns([names, ...rowsOf(found)], align)) terminal.result(line);
  const note = ratesNote(found);
  if (note !== undefined) terminal.note(note);
}
