/** Whether work grows like what is worked on, told by processor time, whatever else the machine does. */

/** Seconds of this process's own. */
function seconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Whether four times as much takes less than ten times as long: of squares it would be sixteen. */
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
