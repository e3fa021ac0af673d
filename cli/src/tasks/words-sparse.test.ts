import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { optimize } from "gradus";
import { sgd } from "gradus/optimizers";
import { batches } from "gradus/tasks";
import { expect, it, onTestFinished } from "vitest";
import { hashedNgrams } from "./ngrams.ts";
import { loadWords } from "./words.ts";
import { wordsSparse } from "./words-sparse.ts";

it("starts at zero, where the loss and the gradient are known; only rows of the minibatch's n-grams have a gradient", async () => {
  const batch = 64;
  const training = (await wordsSparse.load())({ seed: 2, batch, settings: {} });
  const optimizer = optimize(training.parameters, sgd(), { threads: 1 });
  training.attach(optimizer);
  const { words, labels, count } = loadWords().train;
  const order = batches({ count, size: batch, seed: 2 });
  // The second step too: the rows of the first step must be zero again.
  for (const step of [1, 2]) {
    expect(training.gradients(step)).toBe(Math.fround(Math.log(5)));
    const expected = new Map<number, number>();
    for (const example of order.next()) {
      for (const bucket of hashedNgrams(words[example]!)) {
        for (let label = 0; label < 5; label++) {
          const at = bucket * 5 + label;
          const part = (0.2 - Number(labels[example] === label)) / batch;
          expected.set(at, (expected.get(at) ?? 0) + part);
        }
      }
    }
    const found = Array.from(optimizer.gradients["weight"]!);
    expect(found.length).toBe(2 ** 16 * 5);
    const error = found.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (expected.get(i) ?? 0))),
      0,
    );
    expect(error).toBeLessThan(1e-7);
    expect(expected.size).toBeLessThan(found.length / 40);
    expect(found.every((value, i) => value === 0 || expected.has(i))).toBe(true);
  }
});

it("says when a folder has too few words", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gradus-words-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "one.txt"), "tre");
  writeFileSync(join(folder, "two.txt"), "due");
  await expect(wordsSparse.load(folder)).rejects.toThrow(
    `${folder}: it has 2 words for training and 0 for testing. Put more words in its lists.`,
  );
});
