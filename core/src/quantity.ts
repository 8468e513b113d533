/**
 * Amounts as Kubernetes writes them: `1`, `1000m` and `1e0` are the same cpu, `1Gi` and `1024Mi` the same memory. The API
 * server rewrites them, so a text that differs is no drift. Exact: an amount is a whole number of billionths.
 */
const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

/** In billionths; undefined when the text is no amount. */
export const billionthsOf = (text: string): bigint | undefined => {
  const parts = /^([+-]?)([0-9]{1,30})(?:\.([0-9]{1,30}))?(?:(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?[0-9]{1,2}))?$/.exec(text);
  if (parts === null) return undefined;
  const [, sign, , fraction = "", suffix = "", exponent = ""] = parts;
  const digits = BigInt(parts.slice(2, 4).join(""));
  // -1 where it is none of them: times one.
  const binary = BINARY.indexOf(suffix);
  const scaled = digits * 1024n ** BigInt(binary + 1);
  // 10 ** -9 is the unit; the suffixes before "" count down from it.
  const power = 9 - fraction.length + Number(exponent) + (binary >= 0 ? 0 : 3 * (DECIMAL.indexOf(suffix) - DECIMAL.indexOf("")));
  // Smaller than a billionth is rounded up, as the API server does.
  const amount = power >= 0 ? scaled * 10n ** BigInt(power) : (scaled + 10n ** BigInt(-power) - 1n) / 10n ** BigInt(-power);
  return sign === "-" ? -amount : amount;
};

/** The same amount? Texts that are no amounts are compared as texts. */
export const isSameQuantity = (a: string, b: string): boolean => (billionthsOf(a) ?? a) === (billionthsOf(b) ?? b);
