/** The commands for functions rather than networks: how they are called. */
import type { Command } from "commander";
import { landscapes } from "../../formulas/landscapes.ts";
import type { RawOptions as FitRawOptions } from "./fit/options.ts";
import type { RawOptions as MinimizeRawOptions } from "./minimize/minimize.ts";

export function addFit(program: Command, command: string, finish: (code: number) => void): void {
  program
    .command("fit")
    .argument(
      "<data>",
      "observations, a file of comma-separated values with names in its first line",
    )
    .argument("<model>", "a formula of columns and parameters, such as 'a * exp(-b * x) + c'")
    .description("fit a curve to data; print its parameters with their errors and write a report")
    .option("--start <numbers>", "where the parameters start: a=1,b=0.1,c=0")
    .option(
      "--y <column>",
      "what the model is to give (default: the column y, or the second of two)",
    )
    .option("--x <column>", "what the model calls x (default: the column x, or the first)")
    .option("--weights <column>", "weights of the squared residuals")
    .option("--bounds <ranges>", "what the parameters stay within: a=0..10,b=0..")
    .option(
      "--loss <name>",
      "linear, or robust to outliers: huber, softL1, cauchy, arctan",
      "linear",
    )
    .option("--loss-scale <size>", "the size of residuals from which on they are outliers", "1")
    .option("--level <probability>", "of the confidence band", "0.95")
    .option("--out <file>", "the report, an .html file (default: in a new folder in runs/)")
    .option("--json", "the result as JSON on standard output, all else on standard error")
    .option("--quiet", "no remarks")
    .addHelpText(
      "after",
      `
A formula has + - * / ^ %, comparisons within where(condition, a, b), pi, and functions: exp log log10 sqrt
abs sin cos tan atan tanh min max and their like. It is read by the parser of the rule language and never run as code.
Without names in the first line, the columns are x and y. The exit code is 1 where no minimum was found.

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
    .argument("<function>", "a known one, such as rosenbrock, or a formula: '(x - 1)^2 + y^4'")
    .description("minimise a function by several methods; print a table and draw their ways")
    .option(
      "--methods <list>",
      "lbfgs, lbfgsb, bfgs, newtonCg, nelderMead, or any optimizer: bfgs(search=zoom),adam(beta2=0.99)",
      "lbfgs,adam,nelderMead",
    )
    .option("--start <numbers>", "where to start: x=-1.2,y=1 (default: the known function's)")
    .option(
      "--lr <rates>",
      "one learning rate for all optimizers, or adam=0.1,sgd=1e-3 (default: the best of nine)",
    )
    .option("--bounds <ranges>", "for lbfgsb and nelderMead: x=0..10,y=0..")
    .option("--evaluations <count>", "of each method at most (default: 2000)")
    .option("--out <file>", "the report, an .html file (default: in a new folder in runs/)")
    .option("--json", "the result as JSON on standard output, all else on standard error")
    .option("--quiet", "no remarks")
    .addHelpText(
      "after",
      `
Known functions: ${Object.keys(landscapes).join(", ")}.
A formula is written as for gradus fit, and never run as code; its derivatives are exact. An evaluation is one of the value and,
where a method uses it, of the gradient. Of two unknowns the report has the ways of the methods over contours.

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
