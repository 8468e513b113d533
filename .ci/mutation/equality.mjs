// Equality as `toEqual` means it: by value, a field that is undefined counts as one that is not there; and likeness as `toMatchObject`.

const isAsymmetric = (value) => typeof value === "object" && value !== null && value[Symbol.for("asymmetric")] === true;
const fieldsOf = (value) => Object.keys(value).filter((key) => value[key] !== undefined);

export const equals = (a, b) => {
  if (isAsymmetric(b)) return b.matches(a);
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.prototype.toString.call(a) !== Object.prototype.toString.call(b)) return false;
  if (a instanceof Error) return a.name === b.name && a.message === b.message;
  if (a instanceof RegExp || a instanceof Date) return String(a) === String(b);
  if (ArrayBuffer.isView(a) || Array.isArray(a)) return a.length === b.length && every(a.length, (at) => equals(a[at], b[at]));
  if (a instanceof Map)
    return a.size === b.size && [...a].every(([key, value]) => [...b].some(([other, its]) => equals(key, other) && equals(value, its)));
  if (a instanceof Set) return a.size === b.size && [...a].every((one) => [...b].some((other) => equals(one, other)));
  const fields = fieldsOf(a);
  return fields.length === fieldsOf(b).length && fields.every((field) => Object.hasOwn(b, field) && equals(a[field], b[field]));
};

/** Whether `a` has everything that `b` names. */
export const isLike = (a, b) => {
  if (isAsymmetric(b) || typeof b !== "object" || b === null || typeof a !== "object" || a === null) return equals(a, b);
  if (Array.isArray(b)) return Array.isArray(a) && a.length === b.length && every(a.length, (at) => isLike(a[at], b[at]));
  if (ArrayBuffer.isView(b) || b instanceof Map || b instanceof Set || b instanceof Error) return equals(a, b);
  return Object.keys(b).every((key) => (b[key] === undefined ? a[key] === undefined : key in a && isLike(a[key], b[key])));
};

export const contains = (items, wanted) => wanted.every((one) => items.some((item) => equals(item, one)));

const every = (count, holds) => {
  for (let at = 0; at < count; at += 1) if (!holds(at)) return false;
  return true;
};
