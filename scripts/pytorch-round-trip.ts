// Compares runs that go from PyTorch to Gradus and back, for every optimizer that both have: ten steps in PyTorch, ten in Gradus
// and
// ten in PyTorch against thirty in PyTorch. GRADUS_PYTHON names a Python with torch.
// tsx scripts/pytorch-round-trip.ts
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  loadTorch,
  readTorch,
  type TorchDict,
  type TorchTensor,
  torchStates,
  writeTorch,
} from "../src/pytorch/index.ts";
import { goOn, torchOptimizer, torchParameters, torchRules } from "../tests/support/torchRuns.ts";

const python = process.env["GRADUS_PYTHON"];
if (python === undefined) {
  throw new Error("GRADUS_PYTHON names no Python with torch");
}
const script = join(import.meta.dirname, "..", "tests", "reference", "pytorch_files.py");
const folder = mkdtempSync(join(tmpdir(), "gradus-pytorch-"));

const there = (name: string, from: string, steps: number, to: string) => {
  execFileSync(python, [script, name, from, String(steps), to], { stdio: "inherit" });
  return to;
};

const read = (path: string) => readTorch(readFileSync(path)) as TorchDict;

function here(name: string, from: string, to: string): string {
  const file = read(from);
  const optimizer = torchOptimizer(name);
  const states = { model: file.get("model"), optimizer: file.get("optimizer") };
  const { names } = torchParameters(name);
  const { hyper } = loadTorch(optimizer, states, { names, step: 10 });
  if (hyper.length > 0) {
    throw new Error(`${name}: hyperparameters differ: ${JSON.stringify(hyper)}`);
  }
  goOn(optimizer, 11, 10);
  const saved = torchStates(optimizer, { names });
  writeFileSync(to, writeTorch({ ...saved, step: 20 }));
  return to;
}

/** All tensors within a value, in order, with their paths. */
function numbersIn(value: unknown, path: string): [string, number[]][] {
  if (value instanceof Map) {
    return [...value].flatMap(([key, each]) => numbersIn(each, `${path}.${key}`));
  }
  const isTensor = typeof value === "object" && value !== null && "read" in value;
  return isTensor ? [[path, Array.from((value as TorchTensor).read(), Number)]] : [];
}

const rows = Object.keys(torchRules).map((name) => {
  const path = (step: string) => join(folder, `${name}-${step}.pt`);
  const first = there(name, "new", 10, path("10"));
  const back = there(name, here(name, first, path("20")), 10, path("30"));
  const whole = there(name, "new", 30, path("whole"));
  const [found, expected] = [back, whole].map((file) =>
    ["model", "optimizer"].flatMap((part) => numbersIn(read(file).get(part), part)),
  );
  if (
    String(found!.map(([where]) => where).sort()) !==
    String(expected!.map(([where]) => where).sort())
  ) {
    throw new Error(`${name}: something else was saved after the round trip`);
  }
  const own = new Map(found);
  const differences = expected!.flatMap(([where, numbers]) =>
    numbers.map((value, i) => Math.abs(own.get(where)![i]! - value) / Math.max(1, Math.abs(value))),
  );
  const largest = Math.max(...differences);
  console.log(`${name.padEnd(14)} ${largest.toExponential(1)}`);
  return largest;
});
rmSync(folder, { recursive: true });
console.log(
  `${rows.length} optimizers; the largest difference is ${Math.max(...rows).toExponential(1)}`,
);
