/** Where a run's files are, and what was asked: on the first of several ranks the folder is its own, and the others know of it. */
import type { TaskSource } from "../compare/task-source.ts";
import type { Ranks } from "../ranks/ranks.ts";
import type { Asked, RunFolder } from "../run-folder.ts";
import type { TrainOptions } from "./options.ts";

export interface AskedTraining extends Asked {
  readonly kind: "train";
  readonly task: TaskSource;
  readonly lr: number;
  readonly options: Omit<TrainOptions, "lr">;
}

export interface Place {
  readonly folder: Pick<RunFolder, "path" | "naming" | "release">;
  readonly asked: AskedTraining;
}

/**
 * Has the first rank take a folder.
 * @throws on all ranks, where it cannot
 */
export async function placeOf(
  ranks: Ranks | undefined,
  take: () => Promise<Place>,
): Promise<Place> {
  if (ranks === undefined) return take();
  let own: Place | undefined;
  const { path, asked } = await ranks.first(async () => {
    own = await take();
    return { path: own.folder.path, asked: own.asked };
  });
  return own ?? { folder: { path, naming: (act) => act(), release: () => {} }, asked };
}
