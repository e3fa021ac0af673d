/** The page of checkpoint.test.ts: the variables that its examples use, and a small training. */
import * as checkpoint from "../../src/checkpoint/index.ts";
import * as gradus from "../../src/index.ts";

const { momentum, optimize, parameters } = gradus;

/** Without powers, because their last bit differs between engines. */
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

/** The bytes of a file, for Node to compare. */
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

/** A run that stops and resumes, in the browser's own file system. */
async function rotate() {
  const { browserCheckpoints } = checkpoint;
  const folder = await browserCheckpoints("rotating", { keep: 2 });
  const nothing = await folder.resume(makeOptimizer());
  const optimizer = makeOptimizer();
  // Training continues while these are written.
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

/** Runs that begin and save in one folder at the same time, as two pages might. */
async function race() {
  const folders = await Promise.all([1, 2, 3].map(() => checkpoint.browserCheckpoints("raced")));
  const optimizers = folders.map((_, i) => step(makeOptimizer(), i + 1));
  const saved = await Promise.allSettled(folders.map((each, i) => each.save(optimizers[i]!)));
  const found = makeOptimizer();
  const report = await folders[0]!.resume(found);
  return {
    saved: saved.map((each) => (each.status === "fulfilled" ? each.value : each.reason.name)),
    left: (await folders[0]!.list()).map(({ name }) => name),
    step: report!.step,
  };
}

/** The errors when a page is closed, and when a file changes while it is read. */
async function fail() {
  const folder = await checkpoint.browserCheckpoints("closed");
  const root = await navigator.storage.getDirectory();
  const inside = await root.getDirectoryHandle("closed");
  await inside.getFileHandle("000001-step-1.safetensors", { create: true });
  const nothing = await folder.resume(makeOptimizer());
  const saved = checkpoint.checkpointBlob(step(makeOptimizer(), 3));
  let read = 0;
  const reading = new Proxy(saved, {
    get(blob, key) {
      if (key === "slice") {
        read += 1;
        return (from: number, to: number) =>
          read < 6 ? blob.slice(from, to) : new Blob([new Uint8Array(to - from)]);
      }
      const value = Reflect.get(blob, key);
      return typeof value === "function" ? value.bind(blob) : value;
    },
  });
  const optimizer = makeOptimizer();
  const before = bitsOf(optimizer);
  const message = await messageOf(() => checkpoint.loadCheckpointBlob(reading, optimizer));
  return { nothing, message, same: bitsOf(optimizer) === before && optimizer.steps === 0 };
}

Object.assign(self, { checkpointTest: { bytes, resume, rotate, refuse, race, fail } });
Object.assign(self, { examples: { ...gradus, ...checkpoint } });
