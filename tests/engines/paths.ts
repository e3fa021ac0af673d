/** What was found of the kinds of arrays. */

/** Of one kind in one role: what came of it, and what should. */
export interface Path {
  readonly found: string;
  readonly wanted: string;
}

/** By role and kind. */
export type Paths = Readonly<Record<string, Path>>;

/** What is found of a kind that the engine does not have. */
export const lacking = "not here";

/** What is not as it should be. */
export const amiss = (paths: Paths): readonly string[] =>
  Object.entries(paths).flatMap(([name, { found, wanted }]) =>
    found === wanted || found === lacking ? [] : [`${name}: ${found}, not ${wanted}`],
  );

/** The kinds that the engine does not have, by what it lacks. */
export const lacks = (paths: Paths): readonly string[] => {
  const names = Object.entries(paths).flatMap(([name, { found }]) =>
    found === lacking ? [/\w+Array(?:Buffer)?|\w+Buffer|\w+\.\w+/.exec(name)![0]] : [],
  );
  return [...new Set(names)];
};
