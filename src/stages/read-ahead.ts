/** The items in order, each asked for while the one before it is worked on. */
export async function* readAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (let current = await next; current.done !== true; current = await next) {
      next = iterator.next();
      // Whoever works on the current item is told of the failure when they ask for the next.
      next.catch(() => {});
      yield current.value;
    }
  } finally {
    await next.catch(() => {});
    await iterator.return?.();
  }
}
