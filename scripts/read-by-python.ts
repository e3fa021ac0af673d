// Checks that Python's safetensors reads what Gradus writes: the same bits, shapes and metadata.
// GRADUS_PYTHON names a Python with numpy, ml_dtypes and safetensors (tests/reference/requirements.txt).
import { strictEqual } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { saveCheckpoint } from "../src/checkpoint/index.ts";
import { adam, bfloat16, chain, ema, float16, optimize, parameters } from "../src/index.ts";
import type { FloatArray, StoredElements } from "../src/runtime/memory/memory.ts";

interface Read {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Readonly<
    Record<
      string,
      {
        readonly dtype: string;
        readonly shape: number[];
        readonly bytes: string;
        readonly numbers: number[];
      }
    >
  >;
}

const folder = mkdtempSync(join(tmpdir(), "gradus-python-"));
try {
  const path = join(folder, "run.safetensors");
  const net = {
    ...parameters({ w: [2, 3], scalar: [], none: [0, 4], 'näme/"with\\ 🎲\n': [3] }),
    wide: new Float64Array(5),
  };
  const optimizer = optimize(net, chain(adam(), ema(0.9)), {
    storage: { state: { m: bfloat16, v: float16 } },
  });
  for (let step = 1; step <= 3; step++) {
    for (const array of Object.values<FloatArray>(optimizer.gradients)) {
      for (let i = 0; i < array.length; i++) array[i] = Math.sin(step + i);
    }
    optimizer.step();
  }
  saveCheckpoint(path, optimizer, { metadata: { note: 'é " \\ 🎲' } });

  const script = fileURLToPath(new URL("../tests/reference/safetensors/read.py", import.meta.url));
  const python = process.env["GRADUS_PYTHON"] ?? "python3";
  const read: Read = JSON.parse(execFileSync(python, [script, path], { encoding: "utf8" }));

  const expected = new Map<string, readonly [StoredElements, readonly number[]]>();
  const slots = optimizer.stateViews().parameters;
  for (const [name, { data, shape }] of Object.entries(optimizer.parameters)) {
    expected.set(name, [data, shape]);
    for (const [slot, array] of Object.entries(slots[name]!)) {
      expected.set(`optimizer/${slot}/${name}`, [array, shape]);
    }
  }
  strictEqual(Object.keys(read.tensors).toSorted().join(), [...expected.keys()].toSorted().join());
  for (const [name, [data, shape]] of expected) {
    const { dtype, bytes, shape: found, numbers } = read.tensors[name]!;
    if (data instanceof Uint16Array) {
      const storage = name.startsWith("optimizer/adam.m") ? bfloat16 : float16;
      strictEqual(dtype, storage.name, name);
      strictEqual(String(numbers), String([...data].map(storage.encoding!.decode)), name);
    } else {
      strictEqual(dtype, data instanceof Float32Array ? "float32" : "float64", name);
    }
    strictEqual(String(found), String(shape), name);
    strictEqual(
      bytes,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex"),
      name,
    );
  }
  const { metadata } = JSON.parse(read.metadata["gradus"]!);
  strictEqual(metadata.note, 'é " \\ 🎲');
  console.log(`Python reads ${expected.size} tensors of ours, bit for bit:`);
  for (const name of expected.keys()) console.log(`  ${JSON.stringify(name)}`);
} finally {
  rmSync(folder, { recursive: true });
}
