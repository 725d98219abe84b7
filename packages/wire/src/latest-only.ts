/**
 * Decouples a source from its reader: the source is always read on; of values of one key that wait for the reader only the
 * newest remains, at the place of the first. Ends and throws as the source does, after what waits was taken.
 */
export async function* latestOnly<T>(source: AsyncIterable<T>, keyOf: (value: T) => string): AsyncGenerator<T> {
  const waiting = new Map<string, T>();
  let wake = () => {};
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  const pump = async () => {
    try {
      for await (const value of source) {
        waiting.set(keyOf(value), value);
        wake();
      }
    } catch (error) {
      failure = { error };
    } finally {
      ended = true;
      wake();
    }
  };
  void pump();
  for (;;) {
    const next = waiting.entries().next();
    if (!next.done) {
      waiting.delete(next.value[0]);
      yield next.value[1];
    } else if (failure !== undefined) throw failure.error;
    else if (ended) return;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}
