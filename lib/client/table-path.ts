/** Files whose rows and columns the product can read without any model. */
export const isTablePath = (path: string) => /\.(csv|tsv|tab)$/i.test(path);
