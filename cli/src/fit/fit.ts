/** `gradus fit` */
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { type CurveFitResult, curveFit, type LossName } from "gradus/minimize";
import type { Expression } from "gradus/rule";
import { listed } from "../../../charts/format.ts";
import { differentiate, evaluate } from "../../../formulas/evaluate.ts";
import { newFolder, outputPaths, reportKind } from "../compare/output.ts";
import { exitCodes, UsageError } from "../errors.ts";
import { parseFormula } from "../formula.ts";
import { obstacle, writeOwn } from "../own-files.ts";
import { readAssets } from "../report/assets.ts";
import { columns, createTerminal, type Terminal } from "../terminal.ts";
import { type Fitted, parameterRows } from "./fitted.ts";
import { checkModel } from "./model.ts";
import { observationsOf } from "./observations.ts";
import { type Numbers, type RawOptions, readBounds, readPositive, readStart } from "./options.ts";
import { fitPage } from "./page.ts";
import { readTable } from "./table.ts";

const losses: readonly LossName[] = ["linear", "huber", "softL1", "cauchy", "arctan"];

/**
 * Fits a model to the observations in a file, prints the parameters, and writes a report.
 *
 * @param command the command that was typed, for the report
 * @returns the exit code: 1 if no minimum was found
 * @throws {UsageError} {CommandError} before anything is fitted
 */
export function fitModel(path: string, text: string, raw: RawOptions, command: string): number {
  const terminal = createTerminal(raw.quiet ?? false);
  const report = outputPaths(raw.out, newFolder(`fit-${basename(path)}`, new Date())).report;
  const refused = obstacle(report, reportKind);
  if (refused !== undefined) throw new UsageError(refused);
  const found = fitFile(path, text, raw, command);
  const { style } = readAssets();
  const place = `Report: ${pathToFileURL(report).href}`;
  if (raw.json) terminal.document(JSON.stringify(summaryOf(found), null, 2));
  else print(found, terminal);
  writeOwn(report, fitPage(found, style), reportKind);
  if (raw.json) terminal.note(place);
  else terminal.result(place);
  return found.result.converged ? exitCodes.done : exitCodes.failed;
}

/** Only the fit, without output. */
export function fitFile(path: string, text: string, raw: RawOptions, command: string): Fitted {
  const start = readStart(raw.start);
  const level = readPositive("--level", raw.level, 1);
  const parameters = Object.keys(start);
  const expression = parseFormula({ what: "model", text });
  const observations = observationsOf(readTable(path), path, raw, parameters);
  const predictors = checkModel(text, expression, parameters, observations.predictors);
  const result = fitted(expression, observations, start, raw);
  return { path, text, command, observations, predictors, parameters, result, level };
}

function fitted(
  expression: Expression,
  { rows, y, weights }: Fitted["observations"],
  start: Numbers,
  raw: RawOptions,
): CurveFitResult<Numbers, Numbers> {
  const loss = losses.find((name) => name === raw.loss);
  if (loss === undefined) {
    throw new UsageError(
      `--loss: there is no loss "${raw.loss}"; the losses are ${listed(losses)}`,
    );
  }
  const names = Object.keys(start);
  return curveFit(
    (row: Numbers, parameters: Numbers) => evaluate(expression, { ...row, ...parameters }),
    rows,
    y,
    start,
    {
      gradient: (row, parameters) =>
        differentiate(expression, { ...row, ...parameters }, names).slopes,
      bounds: readBounds(raw.bounds, names),
      ...{ loss, lossScale: readPositive("--loss-scale", raw.lossScale) },
      ...(weights && { weights }),
    },
  );
}

function print(found: Fitted, terminal: Terminal): void {
  const { result, observations, text } = found;
  terminal.result(`${observations.response} = ${text}`, "bold");
  const rows = parameterRows(found);
  for (const line of columns(
    [["parameter", "value", "standard error"], ...rows],
    ["left", "right", "right"],
  )) {
    terminal.result(line);
  }
  const { residualSumOfSquares, degreesOfFreedom } = result;
  terminal.result(
    `residual sum of squares ${residualSumOfSquares.toPrecision(7)}, ${degreesOfFreedom} degrees of freedom`,
  );
  if (result.converged) terminal.result(result.message);
  else terminal.note(result.message);
}

/** What `--json` writes. */
export function summaryOf({ text, observations, result, predictors }: Fitted): object {
  const { x, standardErrors, covariance, residualSumOfSquares, degreesOfFreedom } = result;
  const { rank, converged, reason, message, iterations, evaluations } = result;
  return {
    ...{ model: text, response: observations.response, predictors },
    ...{ parameters: x, standardErrors, covariance, residualSumOfSquares, degreesOfFreedom },
    ...{ observations: observations.y.length, rank, converged, reason, message },
    ...{ iterations, evaluations },
  };
}
