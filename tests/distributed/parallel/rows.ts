/**
 * Gradients of which ranks give some rows: for most parameters all ranks do; for one, the first rank gives the whole gradient.
 */
import { sparse } from "../../../src/index.ts";
import { createRandom } from "../../../src/tasks/random.ts";
import { type FloatArray, type Gives, shapes } from "./training.ts";

type Name = keyof typeof shapes;
/** Matrices, a tensor, and a vector whose rows are numbers; `wide` is whole on the first rank. */
const names: readonly Name[] = ["w", "conv", "a", "wide"];

const isOfRows = (name: string, rank: number): name is Name =>
  names.includes(name as Name) && !(name === "wide" && rank === 0);

const heightOf = (name: Name): number => shapes[name][0]!;

/** About every second row, for some ranks none; in no order. */
function rowsOf(name: Name, step: number, rank: number): readonly number[] {
  const random = createRandom(100 * step + 10 * rank + names.indexOf(name));
  const chance = (step + rank) % 4 === 3 ? 0 : 0.5;
  const all = Array.from({ length: heightOf(name) }, (_, row) => row);
  return all.filter(() => random.uniform() < chance).reverse();
}

const rowOf = (name: Name, array: FloatArray, row: number): FloatArray => {
  const width = array.length / heightOf(name);
  return array.subarray(row * width, (row + 1) * width);
};

const sparseOf = (name: Name, array: FloatArray, rows: readonly number[]) =>
  sparse(
    rows,
    rows.flatMap((row) => [...rowOf(name, array, row)]),
  );

export const ofRows: Gives = {
  onRank: (gradients, step, rank) =>
    Object.fromEntries(
      Object.entries(gradients).map(([name, array]) => [
        name,
        isOfRows(name, rank) ? sparseOf(name, array, rowsOf(name, step, rank)) : array,
      ]),
    ),
  kept: (gradients, step, rank) =>
    Object.fromEntries(
      Object.entries(gradients).map(([name, array]) => {
        if (!isOfRows(name, rank)) return [name, array];
        const kept = array.map(() => 0);
        for (const row of rowsOf(name, step, rank))
          rowOf(name, kept, row).set(rowOf(name, array, row));
        return [name, kept];
      }),
    ),
  inOneProcess: (mean, step, size) =>
    Object.fromEntries(
      Object.entries(mean).map(([name, array]) => {
        const ranks = Array.from({ length: size }, (_, rank) => rank);
        if (!ranks.every((rank) => isOfRows(name, rank))) return [name, array];
        const rows = ranks.flatMap((rank) => rowsOf(name as Name, step, rank));
        return [name, sparseOf(name as Name, array, [...new Set(rows)])];
      }),
    ),
};
