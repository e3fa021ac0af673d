/** JSON with infinities, which some options have. */

/** Infinity has no JSON; no other member of a state is an object with one text under this name. */
const infinities: Readonly<Record<string, number>> = {
  inf: Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};

export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, each) =>
    each === Number.POSITIVE_INFINITY || each === Number.NEGATIVE_INFINITY
      ? { infinite: each > 0 ? "inf" : "-inf" }
      : each,
  );

/** @throws {SyntaxError} where it is none */
export const fromJson = (text: string): unknown =>
  JSON.parse(text, (_, each) =>
    typeof each === "object" && each !== null && Object.hasOwn(infinities, each.infinite)
      ? infinities[each.infinite]
      : each,
  );
