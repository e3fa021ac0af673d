// Two interleaved spirals of points: a small network learns which one a point is on.
import { adam, optimize, parameters } from "gradus";
import { createTape, linear, softmaxCrossEntropy, tanh } from "gradus/autodiff";
import { lecun } from "gradus/init";

const points = 400;
const net = parameters(
  { w1: lecun([2, 32]), b1: [32], w2: lecun([32, 32]), b2: [32], w3: lecun([32, 2]), b3: [2] },
  { seed: 1 },
);
const optimizer = optimize(net, adam({ lr: 0.01 }));

const tape = createTape(optimizer);
const { w1, b1, w2, b2, w3, b3 } = tape.parameters;
const x = tape.input([points, 2]);
const labels = Uint8Array.from({ length: points }, (_, i) => i % 2);
labels.forEach((label, i) => {
  const [radius, angle] = [i / points, (3 * Math.PI * i) / points + Math.PI * label];
  x.data.set([radius * Math.cos(angle), radius * Math.sin(angle)], 2 * i);
});
const hidden = tanh(linear(tanh(linear(x, w1, b1)), w2, b2));
const loss = softmaxCrossEntropy(linear(hidden, w3, b3), labels);

for (let step = 1; step <= 1000; step++) {
  const value = tape.valueAndGradients(loss); // forward, and back: gradients go into optimizer.gradients
  optimizer.step();
  if (step % 200 === 0) {
    console.log(`step ${step}: loss ${value.toFixed(4)}`);
  }
}
