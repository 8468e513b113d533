// What takes long in a process of its own says nothing meanwhile: here it is said that it goes on, and since when.

const EVERY_MS = 30_000;

export const patiently = async <Result>(what: string, work: Promise<Result>, say: (line: string) => void): Promise<Result> => {
  const began = performance.now();
  const timer = setInterval(() => say(`  ${what}: still running, ${((performance.now() - began) / 1000).toFixed(0)} s by now`), EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
};
