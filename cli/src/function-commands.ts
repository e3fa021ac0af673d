/** Defines `gradus fit` and `gradus minimize`: their arguments, options and help. */
import type { Command } from "commander";
import { functions } from "../../formulas/functions.ts";
import { landscapes } from "../../formulas/landscapes.ts";
import { wrap } from "../../src/rule/formula/text.ts";
import type { RawOptions as FitRawOptions } from "./fit/options.ts";
import type { RawOptions as MinimizeRawOptions } from "./minimize/minimize.ts";

/** A list of names, wrapped to the width of the help. */
const wrapped = (names: readonly string[]) => wrap(names.join(", "), 118).join("\n");

export function addFit(program: Command, command: string, finish: (code: number) => void): void {
  program
    .command("fit")
    .argument(
      "<data>",
      "a file with the observations: comma-separated values, with column names in the first line",
    )
    .argument("<model>", "a formula of columns and parameters, such as 'a * exp(-b * x) + c'")
    .description(
      "fit a curve to data; print its parameters with standard errors, and write a report",
    )
    .option("--start <numbers>", "initial values of all parameters (required): a=1,b=0.1,c=0")
    .option(
      "--y <column>",
      "the column that the model predicts (default: the column y, or the second of two)",
    )
    .option(
      "--x <column>",
      "the column that the model calls x (default: the column x, or the first)",
    )
    .option("--weights <column>", "the column with the weights of the squared residuals")
    .option("--bounds <ranges>", "least and greatest values of parameters: a=0..10,b=0..")
    .option(
      "--loss <name>",
      "linear for plain least squares; robust to outliers: huber, softL1, cauchy, arctan",
      "linear",
    )
    .option("--loss-scale <size>", "residuals larger than this count as outliers", "1")
    .option("--level <probability>", "probability of the confidence band", "0.95")
    .option("--out <file>", "the report, an .html file (default: in a new folder in runs/)")
    .option("--json", "print the result as JSON; everything else goes to standard error")
    .option("--quiet", "print no remarks")
    .addHelpText(
      "after",
      `
A model is a formula of numbers, columns and parameters. It may have pi, the operators + - * / ^ %, comparisons inside
where(condition, a, b), and the functions
${wrapped(Object.keys(functions))}.
A formula is never run as code.

If the first line has no names, the columns are called x and y, or x1, x2 and so on, and y. The exit code is 1 if no minimum was found.

Examples:
  $ gradus fit data.csv "a * exp(-b * x) + c" --start a=1,b=0.1,c=0
  $ gradus fit growth.csv "top / (1 + exp(-rate * (day - middle)))" --y height --start top=100,rate=0.1,middle=30`,
    )
    .action(async (data: string, model: string, options: FitRawOptions) => {
      const { fitModel } = await import("./fit/fit.ts");
      finish(fitModel(data, model, options, command));
    });
}

export function addMinimize(
  program: Command,
  command: string,
  finish: (code: number) => void,
): void {
  program
    .command("minimize")
    .argument("<function>", "a known function, such as rosenbrock, or a formula: '(x - 1)^2 + y^4'")
    .description(
      "minimize a function by several methods; print a table, and write a report with their paths",
    )
    .option(
      "--methods <list>",
      "lbfgs, lbfgsb, bfgs, newtonCg, nelderMead, or any optimizer, with options in parentheses: bfgs(search=zoom),adam(beta2=0.99)",
      "lbfgs,adam,nelderMead",
    )
    .option(
      "--start <numbers>",
      "where to start: x=-1.2,y=1 (required for a formula; known functions have a start)",
    )
    .option(
      "--lr <rates>",
      "one learning rate for all optimizers, or adam=0.1,sgd=1e-3 (default: the best of nine from 0.0001 to 1)",
    )
    .option(
      "--bounds <ranges>",
      "least and greatest values of unknowns, for lbfgsb and nelderMead: x=0..10,y=0..",
    )
    .option("--evaluations <count>", "how many evaluations each method may use (default: 2000)")
    .option("--out <file>", "the report, an .html file (default: in a new folder in runs/)")
    .option("--json", "print the result as JSON; everything else goes to standard error")
    .option("--quiet", "print no remarks")
    .addHelpText(
      "after",
      `
Known functions:
${wrapped(Object.keys(landscapes))}.

A formula may have the same operators and functions as in gradus fit. It is never run as code, and its derivatives are exact.
One evaluation computes the value and, if the method uses it, the gradient. With two unknowns, the report draws the path of
each method over the contours of the function.

Examples:
  $ gradus minimize rosenbrock --methods lbfgs,adam,nelderMead
  $ gradus minimize saddle --methods "sgd,nesterov(momentum=0.9),newtonCg" --start x=-1,y=0
  $ gradus minimize "(a - 1)^4 + cosh(b)" --start a=3,b=-2 --methods lbfgsb,nelderMead --bounds b=0..1`,
    )
    .action(async (what: string, options: MinimizeRawOptions) => {
      const { minimizeFunction } = await import("./minimize/minimize.ts");
      finish(minimizeFunction(what, options, command));
    });
}
