/** What the world can do wrong is a value, not an exception. */
export type Result<Value, Problem> = { readonly _tag: "Ok"; readonly value: Value } | { readonly _tag: "Err"; readonly problem: Problem };

export const ok = <Value>(value: Value): Result<Value, never> => ({ _tag: "Ok", value });
export const err = <Problem>(problem: Problem): Result<never, Problem> => ({ _tag: "Err", problem });

/** What only we can do wrong. Kept on in production, never caught in core. */
export const invariant: (holds: boolean, sentence: string) => asserts holds = (holds, sentence) => {
  if (!holds) throw new Error(`Broken invariant: ${sentence}. This is a bug in Gungnir; please report it with the log line before it.`);
};
