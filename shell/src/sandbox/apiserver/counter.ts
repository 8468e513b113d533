// How often who asked what: `GET /debug/requests`, for tests that must see that nothing is written when nothing is to do.
export type Counter = {
  count(user: string, verb: string, resource: string): void;
  counts(): { readonly user: string; readonly verb: string; readonly resource: string; readonly count: number }[];
};

export const createCounter = (): Counter => {
  const counts = new Map<string, { readonly user: string; readonly verb: string; readonly resource: string; count: number }>();
  return {
    count: (user, verb, resource) => {
      const key = `${user}\n${verb}\n${resource}`;
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { user, verb, resource, count: 1 });
      else known.count += 1;
    },
    counts: () => [...counts.values()].map((each) => ({ ...each })),
  };
};
