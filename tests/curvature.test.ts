/** Estimates of curvature with the library's own gradients: they are what they are said to be, and help. */
import { expect, it } from "vitest";
import {
  createTape,
  linear,
  sampleLabels,
  softmaxCrossEntropy,
  type Tensor,
} from "../src/autodiff/index.ts";
import { curvature, optimize, parameters, sophia } from "../src/index.ts";

const [examples, features, classes] = [40, 3, 4];

/** A linear classifier whose features differ in size by factors of thirty. */
function classifier(lr: number) {
  const net = parameters({ w: [features, classes] });
  const optimizer = optimize(net, sophia({ lr, weightDecay: 0 }));
  const tape = createTape(optimizer);
  const x = tape.input([examples, features]);
  x.data.forEach((_, i) => {
    x.data[i] = Math.sin(i * i + 1) * 30 ** (1 - (i % features));
  });
  const logits = linear(x, tape.parameters.w);
  const labels = new Uint8Array(examples);
  const loss = softmaxCrossEntropy(logits, labels);
  return { net, optimizer, tape, x, logits, labels, loss };
}

/** (1 / B) sum x^2 q (1 - q): the Hessian's diagonal, where logits are linear in the weights. */
function hessianDiagonal(x: Float32Array, logits: Tensor): Float64Array {
  const diagonal = new Float64Array(features * classes);
  for (let row = 0; row < examples; row++) {
    const own = logits.data.subarray(row * classes, (row + 1) * classes);
    const shares = own.map((logit) => Math.exp(logit));
    const sum = shares.reduce((a, b) => a + b, 0);
    for (let i = 0; i < diagonal.length; i++) {
      const q = shares[i % classes]! / sum;
      const feature = x[row * features + Math.floor(i / classes)]!;
      diagonal[i]! += (feature ** 2 * q * (1 - q)) / examples;
    }
  }
  return diagonal;
}

it("Gauss-Newton-Bartlett estimates are the Hessian's diagonal in the mean", () => {
  const { net, optimizer, tape, x, logits, labels, loss } = classifier(0);
  net.w.data.forEach((_, i) => void (net.w.data[i] = Math.cos(3 * i) / 3));
  let mean = 0;
  using observer = curvature(optimizer, { beta2: 0 });
  const h = optimizer.stateViews().parameters["w"]!["sophia.h"]!;
  const sums = new Float64Array(h.length);
  const draws = 4000;
  for (let seed = 0; seed < draws; seed++) {
    tape.forward(logits);
    sampleLabels(logits, labels, seed);
    tape.forward(loss);
    tape.backward(loss);
    observer.observeSampled(examples);
    h.forEach((value, i) => void (sums[i]! += value / draws));
    mean += loss.data[0]! / draws;
  }
  expect(mean).toBeGreaterThan(0.5);
  const exact = hessianDiagonal(x.data, logits);
  for (const [i, value] of sums.entries()) {
    // A square of about normal numbers deviates by sqrt(2) of its mean: six standard errors, or fewer
    // where a share is small.
    expect(Math.abs(value / exact[i]! - 1)).toBeLessThan(6 * Math.sqrt(2 / draws));
  }
});

it("Sophia comes to rest in steep directions by estimates, and not by signs alone", () => {
  const lossAfter = (estimates: boolean, steps: number) => {
    const { optimizer, tape, x, logits, labels, loss } = classifier(0.03);
    using observer = curvature(optimizer);
    const drawn = new Uint8Array(examples);
    const drawnLoss = softmaxCrossEntropy(logits, drawn);
    labels.forEach((_, i) => {
      labels[i] = (x.data[i * features + 1]! + Math.sin(5 * i) > 0 ? 0 : 1) + 2 * (i % 2);
    });
    for (let step = 0; step < steps; step++) {
      if (estimates && observer.due) {
        tape.forward(logits);
        sampleLabels(logits, drawn, step);
        tape.forward(drawnLoss);
        tape.backward(drawnLoss);
        observer.observeSampled(examples);
      }
      tape.forward(loss);
      tape.backward(loss);
      optimizer.step();
    }
    return loss.data[0]!;
  };
  const least = lossAfter(true, 2000);
  expect(Math.abs(lossAfter(true, 400) - least)).toBeLessThan(0.001);
  expect(lossAfter(false, 400)).toBeGreaterThan(least + 0.2);
});
