/** JSON of each module's tree and comments, by path. */
export function moduleTrees(): Promise<Readonly<Record<string, string>>>;
