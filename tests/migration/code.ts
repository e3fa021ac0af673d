/** Runs the code of the migration pages: our side unchanged, with the variables that it mentions. */
import * as autodiff from "../../src/autodiff/index.ts";
import * as checkpoint from "../../src/checkpoint/index.ts";
import * as distributed from "../../src/distributed/index.ts";
import * as gradus from "../../src/index.ts";
import * as init from "../../src/init/index.ts";
import * as jaxJs from "../../src/jax-js/index.ts";
import * as minimize from "../../src/minimize/index.ts";
import * as pytorch from "../../src/pytorch/index.ts";
import * as tfjs from "../../src/tfjs/index.ts";

/** The exports of each entry, for imports of a program. */
const entries: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "gradus/tfjs": tfjs,
  "gradus/jax-js": jaxJs,
  "gradus/init": init,
  "gradus/minimize": minimize,
  "gradus/pytorch": pytorch,
  "gradus/checkpoint": checkpoint,
  "gradus/autodiff": autodiff,
  gradus,
};

/** All exports, for expressions, which have no imports. If several entries have a name, it is the core's. */
const exported = Object.assign({}, ...Object.values(entries)) as Readonly<Record<string, unknown>>;

const communicator = await distributed.connect();

/** Variables that the code of a row mentions: a run, a function, a file. */
function surroundings(): Record<string, unknown> {
  const net = gradus.parameters({ w: [2, 3], b: [3] });
  const rule = gradus.chain(gradus.clipByGlobalNorm(), gradus.adamw());
  const gradients = { w: [1, 2, 3, 4, 5, 6], b: [1, 2, 3] };
  const optimizer = gradus.optimize(net, rule);
  optimizer.gradients.w.set(gradients.w);
  optimizer.gradients.b.set(gradients.b);
  optimizer.step();
  const start = { a: -1.2, b: 1 };
  const f = ({ a, b }: typeof start) => 100 * (b - a * a) ** 2 + (1 - a) ** 2;
  const names = { "0.weight": "w", "0.bias": "b" };
  const file = pytorch.readTorch(pytorch.writeTorch(pytorch.torchStates(optimizer, { names })));
  const read = () => pytorch.writeTorch(pytorch.torchStates(optimizer, { names }));
  const [loss, metric] = [0.5, 0.5];
  const scale = gradus.lossScale();
  const others = { readFileSync: read, file, names, loss, metric, scale, communicator };
  return { net, rule, gradients, optimizer, start, f, ...others };
}

/** Runs code with names in scope. Only in tests: the library never turns text into code. */
function runWith(scope: Readonly<Record<string, unknown>>, code: string): unknown {
  return new Function(...Object.keys(scope), `"use strict"; ${code}`)(...Object.values(scope));
}

/** The value of an expression on our side. */
export const evaluate = (code: string, more: Readonly<Record<string, unknown>> = {}): unknown =>
  runWith({ ...exported, ...surroundings(), ...more }, `return (${code});`);

/** The imports of a program from our entries. */
function importsOf(program: string): Record<string, unknown> {
  const found = [...program.matchAll(/^import \{([^}]*)\} from "(gradus(?:\/[\w-]+)?)";$/gm)];
  return Object.fromEntries(
    found.flatMap(([, names, from]) =>
      (names!.match(/\w+/g) ?? []).map((name) => [name, entries[from!]![name]] as const),
    ),
  );
}

/** Runs a program, and returns the variables with these names. */
export const resultsOf = (
  program: string,
  names: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> =>
  runWith(
    { ...importsOf(program), ...more },
    `${program.replace(/^import [^;]*;$/gm, "")}\nreturn { ${names} };`,
  ) as Record<string, unknown>;
