/** Defines the command line: all commands, with their options and help. */
import { Command, CommanderError, Option } from "commander";
import { roundings, types } from "./compare/kept.ts";
import { DEFAULT_OPTIMIZERS, type RawOptions } from "./compare/options.ts";
import { exitCodeOf, exitCodes, explainError, isOfAllRanks } from "./errors.ts";
import { type ExplainOptions, explain } from "./explain.ts";
import { addFit, addMinimize } from "./function-commands.ts";
import { list } from "./list.ts";
import { quoted } from "./quote.ts";
import { isSilentRank } from "./ranks/environment.ts";
import { complain, createTerminal, writeDocument } from "./terminal.ts";
import type { RawOptions as TrainRawOptions } from "./train/options.ts";

const collect = (entry: string, before: readonly string[] = []) => [...before, entry];

/** A message of commander's on one line. */
const oneLine = (text: string) =>
  text
    .trim()
    .replace(/^error: /, "")
    .replace(/\n\((.*)\)$/, " ($1)")
    .replaceAll("\n", " ");

function addList(program: Command): void {
  program
    .command("list")
    .description("list all optimizers, transforms, schedules and tasks")
    .option("--json", "print JSON")
    .action((options: { json?: boolean }) => list(options, createTerminal(false)));
}

function addExplain(program: Command): void {
  program
    .command("explain")
    .argument(
      "<name>",
      "an optimizer or a transform, or a chain of them: clipByGlobalNorm+adamw+ema",
    )
    .description(
      "show the maths, hyperparameters and state of an optimizer, and the passes over memory of a step",
    )
    .option("--set <name=value>", "set a hyperparameter; may be repeated", collect)
    .option("--latex", "print only the maths, as LaTeX")
    .option("--wat", "print the kernel, in WebAssembly's text format")
    .addOption(
      new Option("--type <type>", "the type of numbers in the kernel of --wat")
        .choices(["float32", "float64"])
        .default("float32"),
    )
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ gradus explain adam
  $ gradus explain sgd --set momentum=0.9 --set nesterov=true
  $ gradus explain 'clipByGlobalNorm(1)+adamw(weightDecay=0.1)+ema'`,
    )
    .action((name: string, options: ExplainOptions) =>
      explain(name, options, createTerminal(false)),
    );
}

function addCompare(program: Command, command: string, finish: (code: number) => void): void {
  program
    .command("compare")
    .argument("[task]", "a task of `gradus list`, or your own: ./my-task.ts")
    .description("train a task with several optimizers; print a table, and write a report")
    .option(
      "--optimizers <list>",
      "optimizers, separated by commas; + joins a chain: sgd,adam(beta2=0.99),clipByGlobalNorm+adamw",
      DEFAULT_OPTIMIZERS,
    )
    .option(
      "--lr <rates>",
      "one learning rate for all, or adam=1e-3,sgd=0.1 (default: the task's tuned rates)",
    )
    .option(
      "--sweep",
      "find learning rates first: try rates a factor of √10 apart, on other seeds, and compare the best of each optimizer",
    )
    .option("--record <file>", "write the rates that --sweep found to a JSON file")
    .option(
      "--seeds <count>",
      "runs of each optimizer, with the seeds 1, 2 and so on (default: 3, at most 1000)",
    )
    .option("--steps <count>", "training steps (default: the task's)")
    .option("--batch <count>", "examples in a minibatch (default: the task's)")
    .option(
      "--set <name=value>",
      "a setting of the task, such as hidden=[256,256]; may be repeated",
      collect,
    )
    .option("--data <folder>", "a folder with other data, in the format of the task's data")
    .option("--out <file>", "the report, an .html file (default: in a new folder in runs/)")
    .option("--json", "print the comparison as JSON; everything else goes to standard error")
    .option("--jobs <count>", "runs at the same time (default: one for each processor core)")
    .option("--resume <folder>", "continue the stopped comparison in this folder")
    .option("--task <task>", "with --resume: your own task, named again")
    .option("--quiet", "print no progress and no remarks")
    .addHelpText(
      "after",
      `
Each run is saved as soon as it is finished. Ctrl-C, SIGTERM and SIGHUP write the table and the report of the finished
runs; a second signal ends at once. After any stop, --resume makes the missing runs, and writes the same report as
without the stop, into the folder or to --out. If the task is your own, name it again with --task.

The command writes new files, and replaces only reports, data and rates that gradus wrote. If another file is in the way,
the command leaves it as it is, and says so.

Examples:
  $ gradus compare fashion-mlp
  $ gradus compare fashion-mlp --optimizers adam,adamw --set hidden=[1000,1000] --set dropout=0.5
  $ gradus compare words-sparse --sweep --record rates.json
  $ gradus compare --resume runs/fashion-mlp-2026-01-15-103000
  $ gradus compare ./my-task.ts --lr adam=1e-3,sgd=0.1 --json > comparison.json`,
    )
    .action(async (task: string | undefined, options: RawOptions) => {
      const { compare } = await import("./compare/compare.ts");
      finish(await compare(task, options, command));
    });
}

function addTrain(program: Command, command: string, finish: (code: number) => void): void {
  program
    .command("train")
    .argument("[task]", "a task of `gradus list`, or your own: ./my-task.ts")
    .description("train a task once, with checkpoints; continue after any stop")
    .option(
      "--optimizer <rule>",
      "an optimizer, or a chain joined by +: clipByGlobalNorm+adamw(beta2=0.99) (default: adam)",
    )
    .option("--lr <rate>", "learning rate (default: the task's tuned rate)")
    .option("--seed <number>", "seed of initial weights, batches and dropout (default: 1)")
    .option("--steps <count>", "training steps (default: the task's)")
    .option("--batch <count>", "examples in a minibatch (default: the task's)")
    .addOption(
      new Option(
        "--type <type>",
        "the type of parameters and gradients (default: the task's)",
      ).choices(types),
    )
    .addOption(
      new Option("--rounding <rounding>", "how parameters in 16 bits are rounded").choices(
        roundings,
      ),
    )
    .option("--set <name=value>", "a setting of the task; may be repeated", collect)
    .option("--data <folder>", "a folder with other data, in the format of the task's data")
    .option(
      "--checkpoint-every <steps>",
      "steps between checkpoints (default: a tenth of all steps)",
    )
    .option("--keep <count>", "how many checkpoints to keep (default: 3)")
    .option(
      "--folder <folder>",
      "the folder for checkpoints, weights and report (default: a new one in runs/)",
    )
    .option("--resume <folder>", "continue the run in this folder")
    .option("--task <task>", "with --resume: your own task, named again")
    .option("--ranks <count>", "processes that share each minibatch, started by mpirun")
    .option(
      "--micro-batches <count>",
      "compute each minibatch in so many parts, a power of two: the run is then the same, bit for bit, on 1, 2, 4 ... ranks",
    )
    .option("--shard-state", "each rank keeps only the state of its part of the parameters")
    .option("--quiet", "print no progress and no remarks")
    .addHelpText(
      "after",
      `
Several processes can train together: start them with mpirun, on one machine or many, or with --ranks on this one.
They share each minibatch evenly, and one of them prints. A run can continue with any number of processes.

Ctrl-C, SIGTERM and SIGHUP save a checkpoint and stop. After any stop, even a kill, --resume continues from the last
checkpoint. Weights and report are the same as without the stop, bit for bit, if the task's random numbers depend only on
the seed and the step. If the task is your own, name it again with --task. A new run needs a new or empty folder.

Examples:
  $ gradus train fashion-mlp --optimizer adamw --steps 5000 --checkpoint-every 1000 --folder runs/first
  $ gradus train --resume runs/first
  $ gradus train fashion-cnn --ranks 4
  $ mpirun -n 64 --hostfile hosts npx gradus train fashion-cnn --batch 1024 --shard-state`,
    )
    .action(async (task: string | undefined, options: TrainRawOptions) => {
      const { trainTask } = await import("./train/train.ts");
      finish(await trainTask(task, options, command));
    });
}

function createProgram(version: string, command: string, finish: (code: number) => void): Command {
  const program = new Command("gradus")
    .description(
      "Optimizers for TypeScript: list, explain and compare them, train with them, fit curves and minimize functions.",
    )
    .version(version, "-v, --version", "print the version; with --json, what a bug report needs")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => writeDocument(process.stdout, text),
      writeErr: (text) => writeDocument(process.stderr, text),
      outputError: (text) => complain([`gradus: ${oneLine(text)}`]),
    })
    .addHelpText(
      "after",
      `
Each command has help of its own, with options and examples: gradus compare --help.

Examples:
  $ gradus explain adam
  $ gradus compare fashion-mlp
  $ gradus fit data.csv "a * exp(-b * x) + c" --start a=1,b=0.1,c=0

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP.
With GRADUS_DEBUG=1 in the environment, an error also shows where it comes from.`,
    );
  addList(program);
  addExplain(program);
  addCompare(program, command, finish);
  addTrain(program, command, finish);
  addFit(program, command, finish);
  addMinimize(program, command, finish);
  return program;
}

/** The version alone, or with the facts that a bug report needs. */
async function shownVersion(words: readonly string[], version: string): Promise<string> {
  const asks = words.includes("--version") || words.includes("-v");
  if (!asks || !words.includes("--json")) return version;
  const { versionFacts } = await import("./version.ts");
  return JSON.stringify(await versionFacts(version), null, 2);
}

/**
 * Runs a command.
 * @param words what was typed after `gradus`
 * @returns the exit code
 */
export async function run(words: readonly string[], version: string): Promise<number> {
  let code: number = exitCodes.done;
  const shown = await shownVersion(words, version);
  const program = createProgram(shown, quoted(["gradus", ...words]), (result) => {
    code = result;
  });
  if (words.length === 0) {
    // Asking for help is not a mistake.
    program.outputHelp();
    return code;
  }
  try {
    await program.parseAsync(words, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version end with 0; all else that commander reports is a mistake in the call.
      // With several ranks only the first one fails: if another exits with an error, it could end the first before it has
      // printed.
      const isMistake = error.exitCode !== 0 && !isSilentRank;
      return isMistake ? exitCodes.usage : exitCodes.done;
    }
    complain(explainError(error), !isOfAllRanks(error));
    return exitCodeOf(error);
  }
}
