/** Runs the examples of the reference and of the guides: the build fails if one fails, or states a wrong result. */
import { makeExampleFolder } from "../scripts/examples/folder.ts";
import { blocksOf, pages, runBlock } from "../scripts/examples/pages.ts";
import { type Comparison, type ExampleOptions, runExample } from "../scripts/examples/run.ts";
import type { Arrangement } from "./reference/arrange.ts";
import { runnablesIn } from "./reference/runnable.ts";

/** Whether an example needs a GPU or a backend of TensorFlow.js: only the tests, which have one, run it. */
const takesDevice = (code: string): boolean => /from "gradus\/(?:webgpu|tfjs)/.test(code);

/** An example, and a function that runs it in a folder. */
export interface Example {
  readonly where: string;
  readonly code: string;
  readonly run: (options: ExampleOptions) => Promise<readonly Comparison[]>;
}

/** What is wrong with an example, in a sentence; undefined if nothing is. */
async function wrongWith(
  { where, code, run }: Example,
  options: ExampleOptions,
): Promise<string | undefined> {
  try {
    const wrong = (await run(options)).find(({ isSo }) => !isSo);
    if (wrong === undefined) return undefined;
    return `${where}: \`${wrong.code}\` is ${JSON.stringify(wrong.found)}, and the example says ${wrong.said}`;
  } catch (error) {
    return `${where}: the example fails with ${error}:\n${code}`;
  }
}

/** @returns a sentence for each wrong example */
export async function problemsOf(examples: readonly Example[]): Promise<readonly string[]> {
  const folder = makeExampleFolder();
  const problems: string[] = [];
  try {
    // One by one, because they share a folder.
    for (const example of examples) {
      const problem = await wrongWith(example, { folder: folder.path });
      if (problem !== undefined) problems.push(problem);
    }
  } finally {
    folder.remove();
  }
  return problems;
}

/** How many examples ran, and a sentence for each wrong one. */
export interface Checked {
  readonly count: number;
  readonly problems: readonly string[];
}

/** Runs all examples of the reference and of the guides that need no device. */
export async function checkExamples(reference: Arrangement): Promise<Checked> {
  const inComments = runnablesIn(reference).map(({ name, code }): Example => {
    return { where: name, code, run: (options) => runExample(code, options) };
  });
  const inPages = pages.flatMap((page) =>
    blocksOf(page).map(
      (code): Example => ({ where: page, code, run: (options) => runBlock(code, options) }),
    ),
  );
  const examples = [...inComments, ...inPages].filter(({ code }) => !takesDevice(code));
  return { count: examples.length, problems: await problemsOf(examples) };
}
