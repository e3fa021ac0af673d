/** Collects the examples of all exports, and says which run here. */
import { type Arrangement, allOf, isRegistry } from "./arrange.ts";
import { commentOf, membersOf } from "./declarations.ts";
import { examplesIn, wholeExample } from "./examples.ts";
import { entriesFor } from "./names.ts";

/** An example with all that it needs before it. */
export interface Runnable {
  /** Such as `gradus/autodiff`. */
  readonly entry: string;
  /** Such as `gradus/autodiff matmul`. */
  readonly name: string;
  readonly code: string;
}

/** The examples that need what Node lacks, by export, with the test that runs them. */
export const elsewhere: ReadonlyMap<string, string> = new Map([
  ["gradus/checkpoint checkpointBlob", "a page: tests/browser/checkpoint.test.ts"],
  ["gradus/checkpoint loadCheckpointBlob", "a page: tests/browser/checkpoint.test.ts"],
  ["gradus/checkpoint BrowserCheckpoints", "a page: tests/browser/checkpoint.test.ts"],
  ["gradus/checkpoint browserCheckpoints", "a page: tests/browser/checkpoint.test.ts"],
  ["gradus/distributed mpi", "mpirun: tests/distributed/transports.test.ts"],
]);

/** The examples of all exports and of their members, except those that run elsewhere. */
export function runnablesIn(arrangement: Arrangement): readonly Runnable[] {
  const { entries } = arrangement;
  return allOf(entries).flatMap((exported) => {
    const { entry, declaration } = exported;
    const name = `${entry.name} ${exported.name}`;
    if (elsewhere.has(name)) return [];
    const { exports } = entries.find((contents) => contents.entry === entry)!;
    // The exports in a list are examined by themselves.
    const members = isRegistry(exported, exports) ? [] : membersOf(declaration);
    const entryOf = entriesFor(arrangement, entry.name);
    return [declaration, ...members]
      .flatMap((each) => examplesIn(commentOf(each)))
      .map((code) => ({
        ...{ entry: entry.name, name },
        code: wholeExample(code, entry.name, entryOf),
      }));
  });
}
