// What is to happen, in the order of virtual time; of two things at one instant the one that was put down first. A binary heap.

export type Agenda = {
  readonly add: (at: number, what: () => void) => void;
  /** The next thing and when; undefined when there is nothing left before `end`. */
  readonly next: (end: number) => { readonly at: number; readonly what: () => void } | undefined;
};

type Entry = { readonly at: number; readonly order: number; readonly what: () => void };

export const agenda = (): Agenda => {
  const heap: Entry[] = [];
  let order = 0;
  const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
  const swap = (one: number, other: number): void => {
    const [a, b] = [heap[one], heap[other]];
    if (a === undefined || b === undefined) return;
    heap[one] = b;
    heap[other] = a;
  };
  const isOutOfOrder = (parent: number, child: number): boolean => {
    const [a, b] = [heap[parent], heap[child]];
    return a !== undefined && b !== undefined && isBefore(b, a);
  };
  return {
    add: (at, what) => {
      heap.push({ at, order: order++, what });
      for (let child = heap.length - 1; child > 0;) {
        const parent = (child - 1) >> 1;
        if (!isOutOfOrder(parent, child)) break;
        swap(parent, child);
        child = parent;
      }
    },
    next: (end) => {
      const [first] = heap;
      if (first === undefined || first.at > end) return undefined;
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) {
        heap[0] = last;
        for (let parent = 0; ;) {
          const [left, right] = [2 * parent + 1, 2 * parent + 2];
          let least = parent;
          if (isOutOfOrder(least, left)) least = left;
          if (isOutOfOrder(least, right)) least = right;
          if (least === parent) break;
          swap(parent, least);
          parent = least;
        }
      }
      return first;
    },
  };
};
