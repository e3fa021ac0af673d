/** Scenarios with variables and an optimizer, the same on each backend: each returns numbers. */
import type * as Core from "@tensorflow/tfjs-core";
import { adam, adamw, chain, clipByGlobalNorm, ema, sgd } from "../../src/index.ts";
import { warmupCosine } from "../../src/schedules/index.ts";
import { GradusOptimizer } from "../../src/tfjs/index.ts";
import { normalized, numbers, points } from "./models.ts";

type Tf = typeof Core;
type Numbers = Record<string, number[]>;

let made = 0;

/** Variables by the letters of their names, each with its shape, and gradients that depend on a number. */
function someVariables(tf: Tf, shapes: Readonly<Record<string, readonly number[]>>) {
  made += 1;
  const all = Object.entries(shapes).map(([letter, shape], index) => {
    const size = shape.reduce((product, each) => product * each, 1);
    const start = tf.tensor(numbers(size, index), [...shape] as [number]);
    const variable = tf.variable(start, true, `${letter}${made}`);
    start.dispose();
    return [letter, variable] as const;
  });
  const variables = Object.fromEntries(all) as Record<string, Core.Variable>;
  const gradients = (seed: number, letters = Object.keys(shapes)) =>
    Object.fromEntries(
      letters.map((letter, index) => {
        const { name, shape, size } = variables[letter]!;
        return [name, tf.tensor(numbers(size, 10 * seed + index), shape as [number])];
      }),
    );
  const step = (optimizer: Core.Optimizer, seed: number, letters?: string[]) => {
    const given = gradients(seed, letters);
    optimizer.applyGradients(given);
    tf.dispose(given);
  };
  const read = async (): Promise<Numbers> => {
    const entries = Object.entries(variables).map(
      async ([letter, variable]): Promise<[string, number[]]> => [
        letter,
        [...(await variable.data())],
      ],
    );
    return Object.fromEntries(await Promise.all(entries));
  };
  return { variables, gradients, step, read };
}

const shapes = { w: [5, 3], b: [3], s: [], x: [8, 16] };

export const scenarios = {
  /** A schedule, clipping and decay, with groups. */
  async chained(tf: Tf): Promise<Numbers> {
    const { step, read } = someVariables(tf, shapes);
    const rule = chain(
      clipByGlobalNorm(1),
      adamw({ lr: warmupCosine({ peak: 0.05, warmup: 4, steps: 20 }), weightDecay: 0.1 }),
    );
    const optimizer = new GradusOptimizer(rule, { groups: [{ match: /^b/, weightDecay: 0 }] });
    for (let seed = 0; seed < 12; seed++) {
      step(optimizer, seed);
    }
    return { ...(await read()), rate: [optimizer.report!.lr!], steps: [optimizer.iterations] };
  },

  async accumulated(tf: Tf): Promise<Numbers> {
    const { step, read } = someVariables(tf, shapes);
    const optimizer = new GradusOptimizer(adam({ lr: 0.05 }), { accumulate: 3 });
    for (let seed = 0; seed < 10; seed++) {
      step(optimizer, seed);
    }
    return { ...(await read()), steps: [optimizer.iterations] };
  },

  /** The variables hold the averages while they are evaluated, and can keep them. */
  async evaluated(tf: Tf): Promise<Numbers> {
    const { step, read, variables } = someVariables(tf, shapes);
    const optimizer = new GradusOptimizer(chain(adam({ lr: 0.05 }), ema({ decay: 0.9 })));
    for (let seed = 0; seed < 6; seed++) {
      step(optimizer, seed);
    }
    const before = await read();
    const { averages, kept } = await optimizer.evaluate(async () => ({
      averages: await read(),
      kept: variables["w"]!.clone(),
    }));
    const behind = await read();
    step(optimizer, 6);
    const all = { averages, before, behind, next: await read() };
    const flat = Object.entries(all).flatMap(([when, found]) =>
      Object.entries(found).map(([letter, values]) => [`${when} ${letter}`, values] as const),
    );
    return { ...Object.fromEntries(flat), kept: [...(await kept.data())] };
  },

  /** Steps for some of the variables, others that join, and one that is disposed. */
  async coming(tf: Tf): Promise<Numbers> {
    const { step, read, variables } = someVariables(tf, shapes);
    const optimizer = new GradusOptimizer(
      chain(clipByGlobalNorm(3), adam({ lr: 0.05 }), ema({ decay: 0.8 })),
    );
    const order = ["wb", "wb", "w", "w", "wb", "wbs", "b", "wbsx", "wx", "wbsx"];
    for (const [seed, letters] of order.entries()) {
      step(optimizer, seed, [...letters]);
    }
    optimizer.setHyper({ lr: 0.02 });
    step(optimizer, 20, ["w", "s"]);
    const averages = await optimizer.evaluate(read);
    variables["b"]!.dispose();
    delete variables["b"];
    step(optimizer, 21, ["w", "s", "x"]);
    step(optimizer, 22, ["x"]);
    const evaluated = Object.entries(averages).map(([letter, all]) => [`mean ${letter}`, all]);
    return { ...(await read()), ...Object.fromEntries(evaluated), steps: [optimizer.iterations] };
  },

  /** Other references to a variable's tensor stay valid; a value that is assigned to a variable is trained. */
  async shared(tf: Tf): Promise<Numbers> {
    const { step, read, variables, gradients } = someVariables(tf, shapes);
    const [w, x] = [variables["w"]!, variables["x"]!];
    const optimizer = new GradusOptimizer(sgd({ lr: 0.1 }));
    const first = w.clone();
    step(optimizer, 0);
    const target = tf.variable(tf.zeros([5, 3]));
    target.assign(w);
    const flat = tf.reshape(w, [15]);
    const waiting = x.data().catch(() => undefined);
    step(optimizer, 1);
    const cached = [...(await w.data())];
    step(optimizer, 2);
    const loaded = tf.tensor2d(numbers(15, 77), [5, 3]);
    w.assign(loaded);
    step(optimizer, 3);
    // A gradient that is the variable's own tensor, as `tf.customGrad` may return.
    const given = { ...gradients(4), [x.name]: x.clone() };
    optimizer.applyGradients(given);
    await waiting;
    const tensors = { first, target, flat, loaded };
    const kept = Object.entries(tensors).map(async ([name, tensor]) => {
      return [name, [...(await tensor.data())]] as const;
    });
    return { ...(await read()), cached, ...Object.fromEntries(await Promise.all(kept)) };
  },

  /** Saved state resumes in another optimizer as in its own. */
  async saved(tf: Tf): Promise<Numbers> {
    const { step, read, variables } = someVariables(tf, shapes);
    const make = () => new GradusOptimizer(chain(adam({ lr: 0.05 }), ema({ decay: 0.9 })));
    const one = make();
    for (let seed = 0; seed < 5; seed++) {
      step(one, seed, seed === 0 ? ["w", "b", "s"] : undefined);
    }
    const weights = await one.getWeights();
    const before = Object.entries(variables).map(([letter, each]) => [letter, each.clone()]);
    step(one, 5);
    const straight = await read();
    const other = make();
    await other.setWeights(weights);
    for (const [letter, value] of before) {
      variables[letter as string]!.assign(value as Core.Tensor);
    }
    step(other, 5);
    const differing = Object.entries(await read()).filter(
      ([letter, values]) => String(values) !== String(straight[letter]),
    );
    return { ...straight, differing: differing.map(([letter]) => letter.charCodeAt(0)) };
  },

  /** State resumes on variables with other names, like those of a model that is loaded beside the saved one. */
  async beside(tf: Tf): Promise<Numbers> {
    const { step, read, variables, gradients } = someVariables(tf, { w: [5, 3], b: [3] });
    const make = () => new GradusOptimizer(chain(adam({ lr: 0.05 }), ema({ decay: 0.9 })));
    const [one, other] = [make(), make()];
    for (let seed = 0; seed < 4; seed++) {
      step(one, seed);
    }
    await other.setWeights(await one.getWeights());
    const entries = Object.values(variables).map((variable) => {
      const value = variable.clone();
      const again = tf.variable(value, true, `${variable.name}_1`);
      value.dispose();
      return [variable.name, again] as const;
    });
    const again = new Map(entries);
    const late = tf.variable(tf.tensor1d([1, 2]), true, `${variables["w"]!.name}_late`);
    const match = variables["w"]!.name;
    for (const optimizer of [one, other]) {
      optimizer.setHyper({ lr: 0.01 }, { match });
    }
    for (let seed = 4; seed < 7; seed++) {
      step(one, seed);
      const named = Object.entries(gradients(seed)).map(([name, gradient]) => [
        again.get(name)!.name,
        gradient,
      ]);
      // When a variable joins, earlier settings are applied again, to the variables that they were for.
      const joining = seed === 6 ? { [late.name]: tf.tensor1d([1, -1]) } : {};
      other.applyGradients({ ...Object.fromEntries(named), ...joining });
    }
    const straight = await read();
    const others = await Promise.all(
      [...again.values()].map(async (each) => [...(await each.data())]),
    );
    const differing = Object.entries(variables).filter(
      ([letter], index) => String(others[index]) !== String(straight[letter]),
    );
    return {
      ...{ ...straight, late: [...(await late.data())] },
      differing: differing.map(([letter]) => letter.charCodeAt(0)),
    };
  },

  /** Nothing leaks: tensors, bytes and buffers. */
  async leaks(tf: Tf): Promise<Numbers> {
    const { device } = tf.backend() as unknown as { readonly device?: GPUDevice };
    let alive = 0;
    if (device !== undefined) {
      const create = device.createBuffer.bind(device);
      device.createBuffer = (descriptor) => {
        const buffer = create(descriptor);
        const destroy = buffer.destroy.bind(buffer);
        alive += 1;
        buffer.destroy = () => {
          alive -= 1;
          destroy();
        };
        return buffer;
      };
    }
    const counts = () => {
      const memory = tf.memory() as Core.MemoryInfo & Record<string, number>;
      const { numTensors, numDataBuffers, numBytes } = memory;
      return [numTensors, numDataBuffers, numBytes, memory["numBytesInGPU"] ?? 0];
    };
    const settled = async () => {
      const last = tf.zeros([1]);
      await last.data();
      last.dispose();
    };
    const start = counts();
    const { step, variables } = someVariables(tf, shapes);
    const optimizer = new GradusOptimizer(chain(adam({ lr: 0.01 }), ema({ decay: 0.9 })));
    const some = ["w", "b"];
    const round = (seed: number) => {
      step(optimizer, seed, seed % 50 === 0 ? some : undefined);
      if (seed % 100 === 0) {
        optimizer.evaluate(() => 0);
        const held = variables["w"]!.clone();
        step(optimizer, seed);
        held.dispose();
      }
    };
    for (let seed = 0; seed < 300; seed++) {
      round(seed);
    }
    await settled();
    const [early, buffers] = [counts(), alive];
    for (let seed = 300; seed < 1300; seed++) {
      round(seed);
    }
    await settled();
    const [late, others] = [counts(), alive];
    optimizer.dispose();
    tf.dispose(Object.values(variables));
    await settled();
    const difference = (one: number[], other: number[]) => one.map((n, i) => n - other[i]!);
    return {
      growth: difference(late, early),
      buffers: [others - buffers],
      left: difference(counts(), start),
    };
  },

  async fitted(tf: Tf): Promise<Numbers> {
    const optimizer = new GradusOptimizer(adamw({ lr: 0.01 }));
    const model = normalized(optimizer);
    const { x, y } = points();
    const settings = { epochs: 4, batchSize: 5, shuffle: false, verbose: 0 } as const;
    const { history } = await model.fit(x, y, settings);
    tf.dispose([x, y]);
    return { losses: history["loss"] as number[], steps: [optimizer.iterations] };
  },
};
