/** The names by which reductions over all parameters are known. */

/** The site of the check of all gradients, which is in no part. */
export const guardSite = ":";

/** The site of a part's n-th reduction over all parameters. */
export const siteOf = (part: string, place: number): string => `${part}:${place}`;

/** The part that a reduction over all parameters is in. */
export const partOfSite = (site: string): string => site.slice(0, site.lastIndexOf(":"));
