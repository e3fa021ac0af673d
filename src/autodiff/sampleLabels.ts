import { check, printShape } from "./errors.ts";
import type { Labels } from "./operations/softmaxCrossEntropy.ts";
import { printValue } from "./options.ts";
import type { Tensor } from "./tensor.ts";

/** MurmurHash3's last step (Appleby, 2011): every bit depends on every bit, one to one. */
function mix(word: number): number {
  const first = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return (second ^ (second >>> 16)) >>> 0;
}

/** Any odd number, so that seed 0 and row 0 are no fixed point of `mix`. */
const start = 0x9e3779b9;

/** From 0 to 1, without either. */
function uniform(key: number, row: number): number {
  return (mix(mix(row + start) ^ key) + 0.5) / 2 ** 32;
}

/**
 * Draws a label for each row from softmax(logits), the model's own opinion, as the
 * Gauss-Newton-Bartlett estimate of curvature needs (`curvature` in gradus). The logits are those of the last
 * `tape.forward`; shifted by their maximum, so that no exponential overflows.
 *
 * @param logits [batch, classes]
 * @param labels one for each row: what is drawn is written here
 * @param seed a whole number; the same logits and seed give the same labels, so give each draw
 *   another, such as the number of steps. The generator is a good one, not a cryptographic one
 * @returns `labels`
 * @throws AutodiffError where the labels' type does not hold all classes, or a number of rows or the seed is wrong
 * @example
 * const tape = createTape(optimizer);
 * const logits = matmul(tape.input([32, 2]), tape.parameters.w);
 * const drawn = new Uint8Array(32);
 * const loss = softmaxCrossEntropy(logits, drawn); // the loss whose gradients `observeSampled` takes
 * tape.forward(logits);
 * sampleLabels(logits, drawn, optimizer.steps);
 * tape.forward(loss);
 */
export function sampleLabels<L extends Labels>(logits: Tensor, labels: L, seed: number): L {
  const [batch = 0, classes = 0] = logits.shape;
  check(logits.shape.length === 2 && labels.length === batch, () => {
    return `sampleLabels: expected logits [batch, classes] and a label for each row, found ${printShape(logits.shape)} and ${labels.length}`;
  });
  check(Number.isSafeInteger(seed) && seed >= 0, () => {
    return `sampleLabels: expected a whole number as the seed, found ${printValue(seed)}`;
  });
  // A narrow type would keep the lowest bits of a large label, which are another class.
  check(batch === 0 || labels.slice(0, 1).fill(classes - 1)[0] === classes - 1, () => {
    return `sampleLabels: expected labels of a type that holds ${classes - 1}, found ${printValue(labels)}`;
  });
  const key = mix(mix(Math.floor(seed / 2 ** 32) + start) ^ (seed % 2 ** 32));
  for (let row = 0; row < batch; row++) {
    const { data } = logits;
    labels[row] = draw(data.subarray(row * classes, (row + 1) * classes), uniform(key, row));
  }
  return labels;
}

/** The first label up to which the shares add up to more than this part of them. */
function draw(logits: Float32Array, part: number): number {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const shareOf = (logit: number): number => Math.exp(logit - largest);
  let rest = part * logits.reduce((sum, logit) => sum + shareOf(logit), 0);
  let label = 0;
  while (label < logits.length - 1 && (rest -= shareOf(logits[label]!)) >= 0) {
    label++;
  }
  return label;
}
