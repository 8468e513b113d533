// Entries of the table of known failures that are no mutants, and why.
export const WITHOUT: readonly { readonly id: string; readonly why: string }[] = [
  { id: "D-52", why: "no feature yet: there is no Deployment of the operator in crds/install, so there are no probes of it to leave out" },
  { id: "F-9", why: "no feature yet: there are no rolling updates; a template edit restarts nothing" },
];
