/** What checkpoint.test.ts does in a page: all that its examples speak of, and a small training. */
import * as checkpoint from "../../src/checkpoint/index.ts";
import * as gradus from "../../src/index.ts";

const { momentum, optimize, parameters } = gradus;

/** Without powers, whose last bit differs between engines. */
function makeOptimizer() {
  const net = { ...parameters({ w: [300, 5] }), b: new Float64Array(3) };
  return optimize(net, momentum({ lr: 0.1 }));
}

type Trained = ReturnType<typeof makeOptimizer>;

function step(optimizer: Trained, count = 1): Trained {
  for (let i = 0; i < count; i++) {
    const t = optimizer.steps + 1;
    optimizer.gradients.w.forEach((_, j, data) => {
      data[j] = ((t * j) % 7) - 3;
    });
    optimizer.step({ w: optimizer.gradients.w, b: [t, 2, 3] });
  }
  return optimizer;
}

const bitsOf = (optimizer: Trained): string => {
  const state = Object.values(optimizer.state().parameters).flatMap(Object.values);
  const arrays = [...Object.values(optimizer.parameters).map(({ data }) => data), ...state];
  return JSON.stringify(arrays.map((array) => [...array]));
};

async function messageOf(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
  return "nothing was refused";
}

/** The file's bytes, for Node to compare. */
async function bytes(): Promise<number[]> {
  const blob = checkpoint.checkpointBlob(step(makeOptimizer(), 3), { metadata: { epoch: 1 } });
  return [...new Uint8Array(await blob.arrayBuffer())];
}

async function resume(file: readonly number[]): Promise<string> {
  const optimizer = makeOptimizer();
  const blob = new File([Uint8Array.from(file)], "run.safetensors");
  await checkpoint.loadCheckpointBlob(blob, optimizer);
  return bitsOf(step(optimizer, 2));
}

/** A run that stops and goes on in the browser's own file system. */
async function rotate() {
  const { browserCheckpoints } = checkpoint;
  const folder = await browserCheckpoints("rotating", { keep: 2 });
  const nothing = await folder.resume(makeOptimizer());
  const optimizer = makeOptimizer();
  // Steps go on while these are written.
  const saved = [1, 2, 3, 4].map(() => folder.save(step(optimizer)));
  const whole = bitsOf(step(optimizer));
  const names = await Promise.all(saved);
  const again = await browserCheckpoints("rotating", { keep: 2 });
  const other = makeOptimizer();
  const report = await again.resume(other);
  return {
    nothing,
    names,
    left: (await folder.list()).map(({ name }) => name),
    report,
    same: bitsOf(step(other)) === whole,
    isolated: self.crossOriginIsolated,
    shared: !(optimizer.parameters.w.data.buffer instanceof ArrayBuffer),
  };
}

async function refuse() {
  const { browserCheckpoints } = checkpoint;
  const [first, second] = [await browserCheckpoints("two"), await browserCheckpoints("two")];
  const optimizer = step(makeOptimizer());
  await first.save(optimizer);
  const secondRun = await messageOf(() => second.save(optimizer));
  const name = await first.save(step(optimizer));
  const root = await navigator.storage.getDirectory();
  const handle = await (await root.getDirectoryHandle("two")).getFileHandle(name);
  const writable = await handle.createWritable({ keepExistingData: true });
  await writable.write({ type: "write", position: 2000, data: "damage" });
  await writable.close();
  const report = await second.resume(makeOptimizer());
  const damaged = report!.damaged.map(({ message }) => message);
  const node = await messageOf(async () => checkpoint.saveCheckpoint("run", optimizer));
  return { secondRun, step: report!.step, damaged, node, count: (await first.list()).length };
}

Object.assign(self, { checkpointTest: { bytes, resume, rotate, refuse } });
Object.assign(self, { examples: { ...gradus, ...checkpoint } });
