// So many of them by lot: the same seed draws the same ones from the same sources.
import { generator } from "../../explore/random.ts";

export const draw = <Item>(items: readonly Item[], count: number, seed: number): readonly Item[] => {
  const random = generator(seed);
  const left = [...items];
  const drawn: Item[] = [];
  while (drawn.length < count && left.length > 0) drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  return drawn;
};
