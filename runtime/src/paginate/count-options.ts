/** Those of a read's options that decide which rows there are, and with it how many. */
export function countOptions(options: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}
