import type { PortableRoutine } from "./matrix.ts";

/**
 * `orthogonalize(x, steps, a, b, c, eps)`: nearly U V^T, where x = U S V^T is the singular value
 * decomposition: x / (norm(x) + eps), and then `steps` times a x + (b A + c A A) x with A = x x^T.
 *
 * Each step maps a singular value s to a s + b s^3 + c s^5. With Muon's 3.4445, -4.775 and 2.0315
 * five steps bring those that are not tiny into about [0.7, 1.2]; they are not meant to converge
 * to 1. The smaller Gram matrix is used: of a matrix with more rows than columns A is x^T x, and
 * stands to the right of x.
 *
 * Jordan et al., 2024, "Muon", https://kellerjordan.github.io/posts/muon. Optax adds eps = 1e-8 as is
 * done here; PyTorch divides by max(norm, 1e-7) and iterates in bfloat16.
 */
export const orthogonalize: PortableRoutine = {
  portable: true,
  run(engine, out, [x], [steps, a, b, c, eps]) {
    const { rows, cols } = x!;
    const tall = rows > cols;
    const side = Math.min(rows, cols);
    const [gram, polynomial] = [engine.scratch(0, side, side), engine.scratch(1, side, side)];
    const turns = engine.constant(steps!, "steps");
    if (!Number.isFinite(turns)) {
      throw new RangeError(`orthogonalize: steps must be a finite number, got ${turns}`);
    }
    const count = Math.max(0, Math.ceil(turns));
    // `out` and the other matrix alternate, so that the last result is in `out`.
    const other = engine.scratch(2, rows, cols);
    let [from, to] = count % 2 === 0 ? [out, other] : [other, out];
    engine.normalize(from, x!, eps!);
    for (let step = 0; step < count; step++) {
      const turned = engine.transposed(from, to);
      const [upper, lower] = tall ? [turned, from] : [from, turned];
      engine.multiplySymmetric(gram, upper, lower);
      engine.multiplySymmetric(polynomial, gram, gram, { alpha: c!, matrix: gram, beta: b! });
      const [left, right] = tall ? [from, polynomial] : [polynomial, from];
      engine.multiply(to, left, right, { matrix: from, beta: a! });
      [from, to] = [to, from];
    }
  },
};
