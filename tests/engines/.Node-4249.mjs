var __defProp = Object.defineProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// <stdin>
import process from "node:process";
import { text } from "node:stream/consumers";

// tests/engines/program.ts
var program_exports = {};
__export(program_exports, {
  resume: () => resume,
  save: () => save,
  threads: () => threads,
  trajectories: () => trajectories
});
import { checkpointBlob, loadCheckpointBlob } from "/work/wt/quick-powers/dist/node/checkpoint.js";
import { adamw as adamw2, optimize as optimize2, parameters as parameters2 } from "/work/wt/quick-powers/dist/node/index.js";

// tests/support/everyRule.ts
import {
  adam,
  adamw,
  chain,
  clipByGlobalNorm,
  cosine,
  ema,
  frozen,
  javascript,
  optimizers,
  partition,
  transforms,
  webassembly
} from "/work/wt/quick-powers/dist/node/index.js";
var factoriesOf = (registry) => Object.entries(registry);
function withAdam(transform) {
  const { rule, behind } = transform.parts[0].definition;
  return behind || /\bu\b/.test(rule) ? chain(adam(), transform) : chain(transform, adam());
}
var rules = [
  ...factoriesOf(optimizers).map(([name, make]) => [name, () => make()]),
  ...factoriesOf(transforms).map(
    ([name, make]) => [`adam with ${name}`, () => withAdam(make())]
  ),
  [
    "a chain with parts of one name",
    () => chain(clipByGlobalNorm(1), adamw({ lr: 0.1 }), ema(0.9), ema(0.5))
  ],
  [
    "schedules",
    () => chain(
      clipByGlobalNorm(1),
      adamw({ lr: cosine({ initial: 0.1, steps: 50 }), beta2: (step) => 1 - 0.5 / step })
    )
  ],
  [
    "parameters with rules of their own",
    () => partition([
      { match: "w", rule: optimizers.muon() },
      { match: "frozen", rule: frozen },
      { match: "b", rule: adamw({ lr: 0.1 }) }
    ])
  ]
];

// tests/support/everySchedule.ts
import * as s from "/work/wt/quick-powers/dist/node/index.js";
var ends = { initial: 1, steps: 90 };
var fall = s.exponential({ initial: 1, gamma: 0.97 });
var loss = (step) => 1 / Math.ceil(step / 25) + 1e-3 * (step % 5);
function onPlateau(step) {
  const lr = s.reduceOnPlateau({ initial: 1, factor: 0.5, patience: 8 });
  for (let observed = 1; observed <= step; observed++) lr.observe(loss(observed));
  return lr(step);
}
var curves = {
  constant: { "": s.constant(0.6) },
  inverseTime: { "decay 0.1": s.inverseTime({ initial: 1, decay: 0.1 }) },
  stepDecay: { "gamma 0.5": s.stepDecay({ initial: 1, gamma: 0.5, every: 20 }) },
  multiStep: { "gamma 0.4": s.multiStep({ initial: 1, gamma: 0.4, milestones: [50, 75] }) },
  exponential: {
    smooth: fall,
    staircase: s.exponential({ initial: 1, gamma: 0.5, steps: 20, staircase: true }),
    final: s.exponential({ initial: 1, gamma: 0.9, final: 0.2 })
  },
  multiplicative: {
    "factor(k)": s.multiplicative({ initial: 1, factor: (k) => 1 - 0.06 * (k % 20) / 20 })
  },
  polynomial: {
    "power 2": s.polynomial({ ...ends, power: 2 }),
    "0.5": s.polynomial({ ...ends, power: 0.5 }),
    "kDecay 3": s.polynomial({ ...ends, kDecay: 3 })
  },
  linear: {
    up: s.linear({ from: 0.1, to: 1, steps: 40 }),
    down: s.linear({ from: 1, to: 0.1, steps: 90 })
  },
  inverseSqrt: {
    "timescale 1": s.inverseSqrt({ initial: 1 }),
    "timescale 20": s.inverseSqrt({ initial: 1, timescale: 20 })
  },
  noam: { "": s.noam({ modelSize: 1 / 20, warmup: 20 }) },
  rex: { "": s.rex(ends) },
  tanh: {
    "-7 to 3": s.tanh(ends),
    "-4 to 4": s.tanh({ ...ends, lower: -4, upper: 4 })
  },
  cosine: {
    plain: s.cosine(ends),
    "exponent 3": s.cosine({ ...ends, exponent: 3 }),
    "kDecay 3": s.cosine({ ...ends, kDecay: 3 })
  },
  cosineWarmRestarts: {
    "stepsFactor 2": s.cosineWarmRestarts({ initial: 1, steps: 14, stepsFactor: 2 }),
    "gamma 0.7": s.cosineWarmRestarts({ initial: 1, steps: 25, gamma: 0.7 })
  },
  cyclic: {
    triangular: s.cyclic({ initial: 0.1, peak: 1, stepsUp: 17 }),
    triangular2: s.cyclic({ initial: 0.1, peak: 1, stepsUp: 17, mode: "triangular2" }),
    expRange: s.cyclic({ initial: 0.1, peak: 1, stepsUp: 17, mode: "expRange", gamma: 0.985 })
  },
  oneCycle: {
    cosine: s.oneCycle({ peak: 1, steps: 90 }),
    linear: s.oneCycle({ peak: 1, steps: 90, anneal: "linear" }),
    threePhase: s.oneCycle({ peak: 1, steps: 90, threePhase: true })
  },
  piecewise: {
    none: s.piecewise({ values: [0.3, 1, 0.5, 0.1], boundaries: [20, 50, 90] }),
    linear: s.piecewise({
      values: [0.3, 1, 0.5, 0.1],
      boundaries: [20, 50, 90],
      interpolate: "linear"
    }),
    cosine: s.piecewise({
      values: [0.3, 1, 0.5, 0.1],
      boundaries: [20, 50, 90],
      interpolate: "cosine"
    })
  },
  warmup: {
    "to 0.6": s.warmup({ steps: 20, to: 0.6 }),
    "to exponential": s.warmup({ steps: 20, to: fall })
  },
  warmupCosine: { "": s.warmupCosine({ peak: 1, warmup: 20, steps: 90 }) },
  wsd: {
    "1-sqrt": s.wsd({ peak: 1, warmup: 15, decay: 30, steps: 90 }),
    cosine: s.wsd({ peak: 1, warmup: 15, decay: 30, steps: 90, anneal: "cosine" }),
    linear: s.wsd({ peak: 1, warmup: 15, decay: 30, steps: 90, anneal: "linear" })
  },
  cooldown: {
    "from exponential": s.cooldown({ from: fall, start: 40, steps: 20, final: 0.6 }),
    "1-sqrt": s.cooldown({ from: 0.9, start: 60, steps: 30 })
  },
  join: {
    "cosine, cosine": s.join(
      [s.cosine({ initial: 1, final: 0.3, steps: 60 }), s.cosine({ initial: 0.6, steps: 30 })],
      [60]
    )
  },
  scaled: {
    "cyclic \xD7 exponential": s.scaled(s.cyclic({ initial: 0.3, peak: 1, stepsUp: 8 }), fall)
  },
  reduceOnPlateau: { "patience 8": onPlateau }
};

// tests/support/resuming.ts
import { optimize, parameters } from "/work/wt/quick-powers/dist/node/index.js";
import { createRandom } from "/work/wt/quick-powers/dist/node/tasks.js";
var shapes = { w: [6, 4], b: [5], frozen: [3] };
function netOf({ order = ["w", "b", "frozen"], type = "float32" } = {}) {
  const source = Object.fromEntries(order.map((name) => [name, shapes[name]]));
  const net = parameters(source, { type });
  for (const name of Object.keys(shapes)) {
    net[name].data.forEach((_, i, data) => {
      data[i] = (i + name.length) * 7919 % 101 / 50 - 1;
    });
  }
  return net;
}
function bind(net, rule, { backend, threads: threads2 = 1 } = {}) {
  return optimize(net, rule, { seed: 5, threads: threads2, ...backend && { backend } });
}
function train(optimizer, net, from, to) {
  for (let t = from + 1; t <= to; t++) {
    const random = createRandom(t);
    let loss2 = 0;
    const gradients = Object.fromEntries(
      Object.keys(shapes).map((name) => {
        const noisy = Array.from(net[name].data, (value) => {
          loss2 += value * value;
          return 2 * value + random.normal();
        });
        const { data } = net[name];
        return [name, data instanceof Float32Array ? Float32Array.from(noisy) : noisy];
      })
    );
    optimizer.step(gradients, { loss: loss2 });
  }
}

// tests/engines/program.ts
var STEPS = 60;
var STOP = 23;
function hashOf(arrays) {
  let hash = 0xcbf29ce484222325n;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
    }
  }
  return hash.toString(16);
}
var arraysOf = (net) => Object.values(net).map(({ data }) => data);
function trajectories() {
  const hashes = {};
  for (const [name, makeRule] of rules) {
    for (const type of ["float32", "float64"]) {
      const net = netOf({ type });
      const optimizer = bind(net, makeRule());
      train(optimizer, net, 0, STEPS);
      hashes[`${name}, ${type}`] = hashOf(arraysOf(net));
      optimizer.dispose();
    }
  }
  for (const [name, kinds] of Object.entries(curves)) {
    for (const [kind, schedule] of Object.entries(kinds)) {
      const values = Float64Array.from({ length: 90 }, (_, k) => schedule(k + 1));
      hashes[`${name} ${kind}`] = hashOf([values]);
    }
  }
  return hashes;
}
async function save() {
  const saved = [];
  for (const [, makeRule] of rules) {
    const net = netOf();
    const optimizer = bind(net, makeRule());
    train(optimizer, net, 0, STOP);
    const bytes = new Uint8Array(await checkpointBlob(optimizer).arrayBuffer());
    optimizer.dispose();
    saved.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
  }
  return saved;
}
async function resume(saved) {
  const hashes = {};
  for (const [index, [name, makeRule]] of rules.entries()) {
    const net = netOf();
    const optimizer = bind(net, makeRule());
    const bytes = Uint8Array.from(atob(saved[index]), (letter) => letter.charCodeAt(0));
    await loadCheckpointBlob(new Blob([bytes]), optimizer);
    train(optimizer, net, STOP, STEPS);
    hashes[name] = hashOf(arraysOf(net));
    optimizer.dispose();
  }
  return hashes;
}
async function threads(wanted) {
  const make = (count) => {
    const net = parameters2({ w: [1 << 19] });
    const optimizer = optimize2(net, adamw2(), { threads: count });
    const step = (t) => {
      optimizer.gradients.w.forEach((_, i, gradient) => {
        gradient[i] = (i + t) * 7919 % 101 / 50 - 1;
      });
      optimizer.step();
    };
    return { net, optimizer, step };
  };
  const [many, one] = [make(2), make(1)];
  let steps = 0;
  while (steps < 20 || many.optimizer.threads < wanted && steps < 1e3) {
    many.step(++steps);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (let t = 1; t <= steps; t++) one.step(t);
  const [first, second] = [many, one].map(
    ({ net }) => hashOf([net.w.data.filter((_, i) => i % 61 === 0)])
  );
  const found = { threads: many.optimizer.threads, same: first === second };
  many.optimizer.dispose();
  one.optimizer.dispose();
  return found;
}

// <stdin>
var [, , question] = process.argv;
var answer = await program_exports[question](JSON.parse(await text(process.stdin)));
console.log(JSON.stringify(answer));
