/** Begins with the files that take longest: begun last, one of them would keep all cores but its own waiting. */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The longest first. */
const long = [
  "tests/engines/",
  "tests/webgpu/trajectories",
  "tests/command/",
  "tests/webgpu/",
  "tests/browser/",
  "tests/package",
  "tests/compositions/",
  "tests/",
];

const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = long.findIndex((path) => moduleId.includes(`/${path}`));
  return rank < 0 ? long.length : rank;
};

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
