/** Checks whether work grows about linearly with its size. It measures processor time, so that other processes do not matter. */

/** Seconds of this process's own processor time. */
function seconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Whether four times the size takes less than ten times as long: quadratic work would take sixteen times. */
export function growsLikeItself(run: (size: number) => void, size: number): boolean {
  run(size);
  return Array.from({ length: 6 }).some(() => {
    const small = Math.min(
      seconds(() => run(size)),
      seconds(() => run(size)),
    );
    return seconds(() => run(4 * size)) < 10 * small;
  });
}
