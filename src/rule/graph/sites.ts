/** The names of reductions over all parameters. */

/** The site of the check of all gradients, which belongs to no part. */
export const guardSite = ":";

/** The site of a part's n-th reduction over all parameters. */
export const siteOf = (part: string, place: number): string => `${part}:${place}`;

/** The part to which a reduction over all parameters belongs. */
export const partOfSite = (site: string): string => site.slice(0, site.lastIndexOf(":"));
