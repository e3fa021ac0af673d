/** The results for the kinds of arrays. */

/** One kind in one role: the outcome and the expected one. */
export interface Path {
  readonly found: string;
  readonly wanted: string;
}

/** By role and kind. */
export type Paths = Readonly<Record<string, Path>>;

/** The result for a kind that the engine does not have. */
export const lacking = "not here";

/** The unexpected outcomes. */
export const amiss = (paths: Paths): readonly string[] =>
  Object.entries(paths).flatMap(([name, { found, wanted }]) =>
    found === wanted || found === lacking ? [] : [`${name}: ${found}, not ${wanted}`],
  );

/** The kinds that the engine does not have, by the missing feature. */
export const lacks = (paths: Paths): readonly string[] => {
  const names = Object.entries(paths).flatMap(([name, { found }]) =>
    found === lacking ? [/\w+Array(?:Buffer)?|\w+Buffer|\w+\.\w+/.exec(name)![0]] : [],
  );
  return [...new Set(names)];
};
