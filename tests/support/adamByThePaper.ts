/** Kingma and Ba, 2015, algorithm 1, for one weight: the change after each gradient. */
export function adamByThePaper({
  lr,
  beta1,
  beta2,
  eps,
}: Record<"lr" | "beta1" | "beta2" | "eps", number>) {
  let [m, v, t] = [0, 0, 0];
  return (g: number) => {
    t++;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g ** 2;
    return (-lr * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + eps);
  };
}
