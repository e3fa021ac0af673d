/**
 * An invented comparison with the shape of a real one: eight optimizers, three seeds, and a sweep of seven rates each. The
 * highest rates
 * of some diverge. Curves are synthetic and seeded.
 */
import type {
  AlgorithmFacts,
  Comparison,
  Run,
  TaskFacts,
} from "../../cli/src/report/comparison.ts";

interface Kind {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly formula: string;
  readonly paper: string;
  readonly hyperparameters: AlgorithmFacts["hyperparameters"];
  readonly state: number;
  readonly lr: number;
  /** The steps to halve the distance, and the final loss. */
  readonly pace: number;
  readonly floor: number;
  readonly accuracy: number;
  /** Milliseconds for each step. */
  readonly time: number;
}

const KINDS: readonly Kind[] = [
  {
    name: "sgd",
    title: "Stochastic gradient descent",
    summary: "Steps against the gradient.",
    formula: String.raw`\theta_t = \theta_{t-1} - \eta\, g_t`,
    paper: "Robbins & Monro, A stochastic approximation method, 1951",
    hyperparameters: { lr: 0.3 },
    state: 0,
    lr: 0.3,
    pace: 34,
    floor: 0.3,
    accuracy: 0.855,
    time: 4.1,
  },
  {
    name: "momentum",
    title: "Momentum",
    summary: "Adds a fraction of the last step to the next one.",
    formula: String.raw`\begin{aligned} v_t &= \gamma\, v_{t-1} + \eta\, g_t \\ \theta_t &= \theta_{t-1} - v_t \end{aligned}`,
    paper: "Polyak, Some methods of speeding up the convergence of iteration methods, 1964",
    hyperparameters: { lr: 0.03, momentum: 0.9 },
    state: 4,
    lr: 0.03,
    pace: 22,
    floor: 0.245,
    accuracy: 0.866,
    time: 4.2,
  },
  {
    name: "nesterov",
    title: "Nesterov's accelerated gradient",
    summary: "Momentum that looks ahead before it measures the slope.",
    formula: String.raw`\begin{aligned} v_t &= \mu\, v_{t-1} + g_t \\ \theta_t &= \theta_{t-1} - \eta\,(g_t + \mu\, v_t) \end{aligned}`,
    paper: "Nesterov, A method of solving a convex programming problem, 1983",
    hyperparameters: { lr: 0.03, momentum: 0.9, nesterov: true },
    state: 4,
    lr: 0.03,
    pace: 20,
    floor: 0.238,
    accuracy: 0.868,
    time: 4.25,
  },
  {
    name: "adagrad",
    title: "AdaGrad",
    summary: "Divides by the root of the sum of all squared gradients.",
    formula: String.raw`\begin{aligned} G_t &= G_{t-1} + g_t^2 \\ \theta_t &= \theta_{t-1} - \frac{\eta\, g_t}{\sqrt{G_t} + \epsilon} \end{aligned}`,
    paper:
      "Duchi, Hazan & Singer, Adaptive subgradient methods, 2011. https://jmlr.org/papers/v12/duchi11a.html",
    hyperparameters: { lr: 0.01, eps: 1e-10 },
    state: 4,
    lr: 0.01,
    pace: 16,
    floor: 0.285,
    accuracy: 0.86,
    time: 4.4,
  },
  {
    name: "rmsprop",
    title: "RMSprop",
    summary: "Divides by the root of a running mean of squared gradients.",
    formula: String.raw`\begin{aligned} v_t &= \alpha\, v_{t-1} + (1-\alpha)\, g_t^2 \\ \theta_t &= \theta_{t-1} - \frac{\eta\, g_t}{\sqrt{v_t} + \epsilon} \end{aligned}`,
    paper: "Tieleman & Hinton, Lecture 6.5, 2012",
    hyperparameters: { lr: 0.001, alpha: 0.9, eps: 1e-8 },
    state: 4,
    lr: 0.001,
    pace: 15,
    floor: 0.222,
    accuracy: 0.867,
    time: 4.45,
  },
  {
    name: "adadelta",
    title: "AdaDelta",
    summary: "Gives steps the units of the parameters by a running mean of past steps.",
    formula: String.raw`\begin{aligned} v_t &= \rho\, v_{t-1} + (1-\rho)\, g_t^2 \\ \Delta_t &= \frac{\sqrt{d_{t-1} + \epsilon}}{\sqrt{v_t + \epsilon}}\, g_t \\ d_t &= \rho\, d_{t-1} + (1-\rho)\, \Delta_t^2 \\ \theta_t &= \theta_{t-1} - \eta\, \Delta_t \end{aligned}`,
    paper: "Zeiler, ADADELTA, 2012. https://arxiv.org/abs/1212.5701",
    hyperparameters: { lr: 1, rho: 0.95, eps: 1e-6 },
    state: 8,
    lr: 1,
    pace: 42,
    floor: 0.31,
    accuracy: 0.853,
    time: 4.7,
  },
  {
    name: "adam",
    title: "Adam",
    summary: "Running means of the gradient and of its square, corrected for their start at zero.",
    formula: String.raw`\begin{aligned} m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, g_t \\ v_t &= \beta_2 v_{t-1} + (1-\beta_2)\, g_t^2 \\ \theta_t &= \theta_{t-1} - \eta\, \frac{m_t / (1-\beta_1^t)}{\sqrt{v_t / (1-\beta_2^t)} + \epsilon} \end{aligned}`,
    paper:
      "Kingma & Ba, Adam: a method for stochastic optimization, ICLR 2015. https://arxiv.org/abs/1412.6980",
    hyperparameters: { lr: 0.001, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
    state: 8,
    lr: 0.001,
    pace: 13,
    floor: 0.2,
    accuracy: 0.873,
    time: 4.5,
  },
  {
    name: "adamw",
    title: "AdamW",
    summary: "Adam with weight decay apart from the gradient.",
    formula: String.raw`\begin{aligned} m_t &= \beta_1 m_{t-1} + (1-\beta_1)\, g_t \\ v_t &= \beta_2 v_{t-1} + (1-\beta_2)\, g_t^2 \\ \theta_t &= (1 - \eta\lambda)\,\theta_{t-1} - \eta\, \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} \end{aligned}`,
    paper:
      "Loshchilov & Hutter, Decoupled weight decay regularization, ICLR 2019. https://arxiv.org/abs/1711.05101",
    hyperparameters: { lr: 0.001, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.01 },
    state: 8,
    lr: 0.001,
    pace: 13.4,
    floor: 0.205,
    accuracy: 0.875,
    time: 4.6,
  },
];

const STEPS = 940;
const RATES = [1 / 30, 0.1, 1 / 3, 1, 3, 10, 30];

const TASK: TaskFacts = {
  name: "fashion-mlp",
  summary:
    "A multilayer network with dropout (784-200-200-10) on 12,000 images of clothes from Fashion-MNIST.",
  parameters: 199_210,
  steps: STEPS,
  batch: 128,
  lossName: "training loss",
  lossSmoothing: "mean of the last 20 batches",
  metricName: "test accuracy",
  metricFormat: "percent",
};

/** Returns a generator of numbers in [0, 1), the same ones for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** A run that halves its distance to `floor` in `pace` steps, and becomes slower and slower. */
function run(kind: Kind, seed: number): Run {
  const next = random(seed * 1000 + KINDS.indexOf(kind) * 17 + 5);
  const luck = 1 + (next() - 0.5) * 0.09;
  const steps = Array.from({ length: STEPS / 10 + 1 }, (_, i) => (i === 0 ? 1 : i * 10));
  let wander = 0;
  const loss = steps.map((step) => {
    wander = 0.82 * wander + (next() - 0.5) * 0.045;
    const way = 1 / (1 + (step / kind.pace) ** 0.92);
    return round((kind.floor * luck + (2.31 - kind.floor) * way) * (1 + wander), 5);
  });
  const metricSteps = Array.from({ length: 20 }, (_, i) => (i + 1) * 47);
  const metric = metricSteps.map((step) => {
    const way = 1 / (1 + (step / kind.pace) ** 1.1);
    return round(kind.accuracy - (kind.accuracy - 0.1) * way * 0.8 + (next() - 0.5) * 0.012, 4);
  });
  return {
    optimizer: kind.name,
    algorithm: kind.name,
    lr: kind.lr,
    seed,
    steps,
    seconds: steps.map((step) => round((step * kind.time * (0.98 + 0.04 * luck)) / 1000, 4)),
    loss,
    metricSteps,
    metric,
    finalLoss: loss.at(-1)!,
    finalMetric: metric.at(-1)!,
    diverged: false,
    made: STEPS,
    sweep: false,
  };
}

/** One run of the sweep: the further from the best rate, the worse; far above it, it diverges. */
function sweepRun(kind: Kind, factor: number): Run {
  const next = random(KINDS.indexOf(kind) * 31 + Math.round(factor * 97));
  const distance = Math.log10(factor);
  const adaptive = ["adam", "adamw", "adadelta", "adagrad"].includes(kind.name);
  const diverged = distance > (adaptive ? 1.4 : 0.9);
  const slope = distance < 0 ? 0.35 : 0.95;
  const loss = round(
    Math.min(2.6, kind.floor * 1.15 * Math.exp(slope * distance ** 2 + next() * 0.06)),
    5,
  );
  return {
    optimizer: kind.name,
    algorithm: kind.name,
    lr: Number((kind.lr * factor).toPrecision(1)),
    seed: 1001,
    steps: [470],
    seconds: [round(0.47 * kind.time, 3)],
    loss: diverged ? [2.3] : [loss],
    metricSteps: [],
    metric: [],
    finalLoss: diverged ? null : loss,
    finalMetric: null,
    diverged,
    made: 470,
    sweep: true,
  };
}

export function comparisonFixture(): Comparison {
  return {
    version: 1,
    title: "Eight optimizers on Fashion-MNIST",
    task: TASK,
    machine: "Node 20.20, linux x64, 2 × AMD EPYC",
    date: "2026-01-15T10:30:00Z",
    command: "gradus compare fashion-mlp --seeds 3",
    seconds: 63.2,
    timing: "Up to 2 runs at the same time.",
    learningRates: "The task's tuned ones, chosen on seed 1001, none of which is shown here.",
    lossTarget: null,
    runs: KINDS.flatMap((kind) => [
      ...[1, 2, 3].map((seed) => run(kind, seed)),
      ...RATES.map((factor) => sweepRun(kind, factor)),
    ]),
    algorithms: KINDS.map((kind) => ({
      name: kind.name,
      title: kind.title,
      summary: kind.summary,
      formula: kind.formula,
      paper: kind.paper,
      hyperparameters: kind.hyperparameters,
      stateBytesPerParameter: kind.state,
      bytesPerParameter: 12 + 2 * kind.state,
      passes: 1,
    })),
    findings: [
      "The order of the Adam paper's figure 2 holds: Adam reaches every training loss in no more steps than AdaGrad, RMSprop, AdaDelta and SGD.",
      "AdamW follows Adam within the spread of the seeds, and ends with a higher test accuracy.",
    ],
  };
}
