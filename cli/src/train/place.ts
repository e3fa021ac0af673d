/** Finds the folder of a run and what was asked. With several ranks, rank 0 owns the folder; the others only know its path. */
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
 * Lets rank 0 take a folder.
 * @throws on all ranks, if it cannot
 */
export async function placeOf(
  ranks: Ranks | undefined,
  take: () => Promise<Place>,
): Promise<Place> {
  if (ranks === undefined) return take();
  let own: Place | undefined;
  const { path, asked } = await ranks.onRankZero(async () => {
    own = await take();
    return { path: own.folder.path, asked: own.asked };
  });
  return own ?? { folder: { path, naming: (act) => act(), release: () => {} }, asked };
}
