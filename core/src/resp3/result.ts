// What can go right or wrong, as a value. This door stands alone, so it carries its own; the shape is the plainest there is.

export type Result<Value, Problem> = Ok<Value> | Err<Problem>;
export type Ok<Value> = { readonly _tag: "Ok"; readonly value: Value };
export type Err<Problem> = { readonly _tag: "Err"; readonly error: Problem };

export const ok = <Value>(value: Value): Ok<Value> => ({ _tag: "Ok", value });
export const err = <Problem>(error: Problem): Err<Problem> => ({ _tag: "Err", error });
