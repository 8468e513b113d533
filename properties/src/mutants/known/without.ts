// Entries of the table of known failures that are no mutants, and why.
export const WITHOUT: readonly { readonly id: string; readonly why: string }[] = [
  {
    id: "D-39",
    why: "of the shell's scheduling (one fiber a cluster), which no search sees: shell/integration scenarios hang one process while others fail over",
  },
  {
    id: "D-44",
    why: "of the shell: a fiber that ends starts again; there is no way to make core throw from outside, and none was added for a test",
  },
  { id: "D-52", why: "no feature yet: there is no Deployment of the operator in crds/install, so there are no probes of it to leave out" },
  {
    id: "D-55",
    why: "this whole check: a property that no mutant breaks shows in the table, and an antecedent without a witness fails its model",
  },
  { id: "F-9", why: "no feature yet: there are no rolling updates; a template edit restarts nothing" },
];
