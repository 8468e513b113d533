// Entries of the table of known failures that are no mutants, and why.
export const WITHOUT: readonly { readonly id: string; readonly why: string }[] = [
  { id: "F-9", why: "no feature yet: there are no rolling updates; a template edit restarts nothing" },
];
