/**
 * Asks once, when the first caller needs it: `load` runs on the first call, and every later call gets the same promise. A
 * failure is not kept: the caller after it asks again.
 *
 * ```ts
 * const userById = lazy(() => findByKeys(ids, loadUsers, (user) => user.id));
 * for (const post of posts) {
 *   try {
 *     render(post, (await userById()).get(post.authorId));
 *   } catch (error) {
 *     report(post, error);
 *   }
 * }
 * ```
 *
 * @throws TypeError when `load` is no function. What `load` throws rejects the promise of each caller that waited for it.
 */
export function lazy<V>(load: () => PromiseLike<V> | V): () => Promise<V> {
  if (typeof load !== 'function') throw new TypeError('lazy: load must be a function.');
  let kept: Promise<V> | undefined;
  return () => {
    if (kept === undefined) {
      const asked = (async () => load())();
      kept = asked;
      asked.catch(() => {
        if (kept === asked) kept = undefined;
      });
    }
    return kept;
  };
}
