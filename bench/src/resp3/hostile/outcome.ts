// What became of one input in one decoder.

export type Outcome =
  /** It took all of it, and expects more where a reply is not whole. */
  | { readonly _tag: "Took" }
  /** It said what is wrong. */
  | { readonly _tag: "Refused"; readonly message: string }
  /** An exception that is no report: the connection's code has to be prepared for it. */
  | { readonly _tag: "Threw"; readonly message: string }
  /** The process is gone. */
  | { readonly _tag: "Died"; readonly how: string };

export type Figures = {
  readonly outcome: Outcome;
  readonly replies: number;
  /** The first replies, for people. */
  readonly shown: readonly string[];
  /** In the decoder alone; of an input that was refused, up to there. */
  readonly seconds: number;
  /** What was fed until it was refused. */
  readonly fedBytes: number;
  /** How much the process grew at its peak, in bytes. */
  readonly peakBytes: number;
};

/** Of JSON that a worker wrote; throws where it is none of ours. */
export const figuresIn = (line: string): Figures => {
  const parsed: unknown = JSON.parse(line);
  if (!isFigures(parsed)) throw new Error(`a worker wrote ${line.slice(0, 200)}`);
  return parsed;
};

const isFigures = (value: unknown): value is Figures =>
  typeof value === "object" && value !== null && "outcome" in value && "seconds" in value && "fedBytes" in value;
