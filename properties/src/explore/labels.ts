// Fair actions by number: one bit each.

export const NO_LABEL = -1;
const MAX_LABELS = 31; // one bit each, in a signed 32-bit number

export class Labels {
  readonly #names = new Map<string, number>();
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  get names(): readonly string[] {
    return [...this.#names.keys()];
  }

  /** The number of a fair action; of what is owed nothing, NO_LABEL. */
  of(name: string | undefined): number {
    if (name === undefined) return NO_LABEL;
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    if (this.#names.size === MAX_LABELS) {
      throw new RangeError(`${this.#model}: ${MAX_LABELS} fair actions at most; "${name}" is one more, merge some`);
    }
    this.#names.set(name, this.#names.size);
    return this.#names.size - 1;
  }
}
