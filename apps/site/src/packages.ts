/** The file that a package is built into, beside the programs of the pages. */
export const packageFile = (name: string): string => `package-${name.replace('@', '').replaceAll('/', '-')}.js`
