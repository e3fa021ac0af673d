/** Training steps of networks in Python. */
import type { ConvolutionProblem, TrainingContestant, TrainingProblem } from "./peer.ts";
import type { Python } from "./pythonProcess.ts";

type Arrays = readonly (Float32Array | Uint8Array)[];

/** Passes arrays by name, each as a list of files. */
async function trainingContestant(
  python: Python,
  name: string,
  settings: Readonly<Record<string, unknown>>,
  lists: Readonly<Record<string, Arrays>>,
): Promise<TrainingContestant> {
  await python.askAbout(Object.values(lists).flat(), (paths) => {
    let taken = 0;
    const named = Object.entries(lists).map(([list, { length }]) => {
      taken += length;
      return [list, paths.slice(taken - length, taken)] as const;
    });
    return { kind: "make", name, ...settings, ...Object.fromEntries(named) };
  });
  return {
    name,
    run: python.runner(name),
    loss: async () => (await python.ask({ kind: "loss", name })).loss!,
  };
}

const denseLists = ({ weights, biases, batches }: TrainingProblem) => ({
  weights,
  biases,
  inputs: batches.map(({ inputs }) => inputs),
  labels: batches.map(({ labels }) => labels),
});

export function denseContestant(
  python: Python,
  name: string,
  way: string,
  problem: TrainingProblem,
): Promise<TrainingContestant> {
  const { sizes, batch, hyper } = problem;
  const settings = { what: "training", way, sizes, batch, hyper };
  return trainingContestant(python, name, settings, denseLists(problem));
}

export function convolutionContestant(
  python: Python,
  name: string,
  way: string,
  problem: ConvolutionProblem,
): Promise<TrainingContestant> {
  const { stages, weights, biases, batches, ...rest } = problem;
  const settings = {
    ...{ what: "convolution", way, ...rest },
    stages: stages.map(({ shape, output }) => ({ shape, output })),
  };
  return trainingContestant(python, name, settings, {
    ...denseLists(problem),
    filters: stages.map(({ filters }) => filters),
    filterBiases: stages.map(({ bias }) => bias),
  });
}
