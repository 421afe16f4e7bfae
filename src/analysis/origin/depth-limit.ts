import { type Value, unknown } from './value.ts';

/** Asks a question that can lead back to itself; below a depth the answer is `unknown`. */
export function depthLimit(deepest: number): (ask: () => Value) => Value {
  let depth = 0;
  return (ask) => {
    if (depth >= deepest) return unknown;
    depth++;
    try {
      return ask();
    } finally {
      depth--;
    }
  };
}
