// Does a state of the model explain what the servers say? Names of histories are matched one to one and remembered: the same
// name has to mean the same forty digits for the rest of the script.
import type { Believed, Written } from "./believed.ts";
import { mayBeGood, modelSees, relationsOf, type Seen, type View, viewOf } from "./view.ts";

/** Histories: the model's name, the server's. */
export type Names = readonly (readonly [model: string, server: string])[];
export type Belief = { readonly state: Believed; readonly names: Names };

export type Observed = { readonly seen: readonly Seen[]; readonly ledger: readonly Written[]; readonly nameOf: (host: string) => string };

/** The belief with the names it has learnt, or the differences. */
export type Match =
  { readonly _tag: "Match"; readonly belief: Belief } | { readonly _tag: "Differs"; readonly differences: readonly string[] };

export const match = ({ state, names }: Belief, observed: Observed): Match => {
  const model = modelSees(state);
  const differences: string[] = [];
  let learnt = names;
  const isSame = (ours: string, theirs: string): boolean => {
    const known = learnt.find(([mine, other]) => mine === ours || other === theirs);
    if (known === undefined) learnt = [...learnt, [ours, theirs]];
    return known === undefined || (known[0] === ours && known[1] === theirs);
  };
  for (const ours of model) {
    const theirs = observed.seen.find(({ name }) => name === ours.name);
    if (theirs === undefined) {
      differences.push(`${ours.name} does not answer`);
      continue;
    }
    const [mine, real] = [
      viewOf(ours, state.ledger, (host) => (host === "127.0.0.1" ? "nobody" : host)),
      viewOf(theirs, observed.ledger, observed.nameOf),
    ];
    const differ = (field: string, one: unknown, other: unknown): void =>
      void differences.push(`${ours.name}.${field}: model ${JSON.stringify(one)}, server ${JSON.stringify(other)}`);
    for (const field of FIELDS) if (JSON.stringify(mine[field]) !== JSON.stringify(real[field])) differ(field, mine[field], real[field]);
    if (!isSame(mine.replid, real.replid)) differ("replid", mine.replid, real.replid);
    if (mine.before === "none" || real.before === "none") {
      if (mine.before !== real.before) differ("before", mine.before, real.before);
    } else if (mine.before.written !== real.before.written || !isSame(mine.before.replid, real.before.replid))
      differ("before", mine.before, real.before);
    const missing = ours.good.filter((name) => !theirs.good.includes(name));
    const surplus = theirs.good.filter((name) => !ours.good.includes(name) && !mayBeGood(state, ours.name).includes(name));
    if (missing.length > 0 || surplus.length > 0) differ("good replicas", ours.good, theirs.good);
  }
  const [ours, theirs] = [relationsOf(model), relationsOf(observed.seen)];
  if (ours.join(" ") !== theirs.join(" ")) differences.push(`offsets: model ${ours.join(" ")}, server ${theirs.join(" ")}`);
  return differences.length === 0 ? { _tag: "Match", belief: { state, names: learnt } } : { _tag: "Differs", differences };
};

const FIELDS = [
  "role",
  "upstream",
  "written",
  "minReplicas",
  "users",
  "marker",
  "isEmpty",
  "items",
] as const satisfies readonly (keyof View)[];
