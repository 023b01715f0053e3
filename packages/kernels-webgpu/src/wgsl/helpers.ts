/**
 * Functions that kernels call, each written over the aliases `Float`, `Int`, `Uint` and `Bool`. WGSL may assume that there
 * is no NaN and no infinity, so NaN is told by its bits, and both come in with the parameters (`p.nan`, `p.infinity`).
 */
const numbers = {
  isNan: `fn isNan(x: Float) -> Bool {
  return (bitcast<Uint>(x) & Uint(0x7fffffffu)) > Uint(0x7f800000u);
}`,
  isNegative: `fn isNegative(x: Float) -> Bool {
  return (bitcast<Uint>(x) >> Uint(31u)) == Uint(1u);
}`,
  keepNan: `fn keepNan(result: Float, x: Float) -> Float {
  return select(result, x, isNan(x));
}`,
  nonzero: `fn nonzero(x: Float) -> Bool {
  return (bitcast<Uint>(x) & Uint(0x7fffffffu)) != Uint(0u);
}`,
  ordered: `fn ordered(a: Float, b: Float) -> Bool {
  return !(isNan(a) | isNan(b));
}`,
  maximum: `fn maximum(a: Float, b: Float) -> Float {
  return select(select(max(a, b), b, isNan(b)), a, isNan(a));
}`,
  minimum: `fn minimum(a: Float, b: Float) -> Float {
  return select(select(min(a, b), b, isNan(b)), a, isNan(a));
}`,
  signOf: `fn signOf(x: Float) -> Float {
  return select(sign(x), x, isNan(x) | (x == Float(0.0)));
}`,
  divide: `fn divide(a: Float, b: Float) -> Float {
  // Beyond 2^126 the reciprocal, by which GPUs divide, is subnormal and may vanish.
  let scale = select(Float(1.0), Float(0.25), abs(b) > Float(8.507059e37));
  return (a * scale) / (b * scale);
}`,
  restOf: `fn restOf(a: Float, b: Float) -> Float {
  // C's fmod, exactly: long division of the mantissas, eight bits at a time.
  let x = bitcast<Uint>(a) & Uint(0x7fffffffu);
  let y = bitcast<Uint>(b) & Uint(0x7fffffffu);
  let divisor = (y & Uint(0x7fffffu)) | Uint(0x800000u);
  var shift = select(Uint(0u), (x >> Uint(23u)) - (y >> Uint(23u)), x >= y);
  var rest = ((x & Uint(0x7fffffu)) | Uint(0x800000u)) % divisor;
  while (any(shift > Uint(0u))) {
    let step = min(shift, Uint(8u));
    rest = (rest << step) % divisor;
    shift -= step;
  }
  let scale = bitcast<Float>(y & Uint(0x7f800000u));
  let size = select(Float(rest) * Float(1.1920929e-7) * scale, abs(a), x < y);
  return bitcast<Float>(bitcast<Uint>(size) | (bitcast<Uint>(a) & Uint(0x80000000u)));
}`,
  remainderOf: `fn remainderOf(a: Float, b: Float) -> Float {
  // Python's: the sign of the divisor.
  let rest = restOf(a, b);
  let turned = (rest != Float(0.0)) & (isNegative(rest) != isNegative(b));
  let zero = bitcast<Float>(bitcast<Uint>(b) & Uint(0x80000000u));
  let result = select(select(rest, rest + b, turned), zero, rest == Float(0.0));
  let invalid = (b == Float(0.0)) | (abs(a) == Float(p.infinity));
  return select(result, Float(p.nan), invalid | isNan(a) | isNan(b));
}`,
  floorDivide: `fn floorDivide(a: Float, b: Float) -> Float {
  // NumPy's: what is left after taking the remainder away divides to a whole number, up to rounding.
  let sign = (bitcast<Uint>(a) ^ bitcast<Uint>(b)) & Uint(0x80000000u);
  let zero = bitcast<Float>(sign);
  let whole = round(divide(a - remainderOf(a, b), b));
  let flat = select(zero, Float(-1.0), (sign != Uint(0u)) & (a != Float(0.0)));
  let result = select(select(whole, zero, whole == Float(0.0)), flat, abs(b) == Float(p.infinity));
  let finite = select(result, Float(p.nan), abs(a) == Float(p.infinity));
  return select(select(finite, divide(a, b), b == Float(0.0)), Float(p.nan), isNan(a) | isNan(b));
}`,
  powerOf: `fn powerOf(x: Float, y: Float) -> Float {
  // C's pow. Whole powers by squaring, as exact as products are; what is left of the exponent by logarithm.
  let size = abs(x);
  let huge = abs(y) >= Float(16777216.0);
  let whole = select(trunc(y), Float(0.0), huge | isNan(y));
  let part = y - whole;
  var left = Uint(abs(whole));
  let odd = (left & Uint(1u)) == Uint(1u);
  let fractional = (part != Float(0.0)) & !huge;
  // Inverted first: a large power that is small may be subnormal, and vanish.
  var square = select(size, Float(1.0) / size, y < Float(0.0));
  var product = Float(1.0);
  while (any(left != Uint(0u))) {
    product = select(product, product * square, (left & Uint(1u)) == Uint(1u));
    square = square * square;
    left = left >> Uint(1u);
  }
  // Near 1 a logarithm has few digits of its own, and a large exponent shows them.
  let near = log1pOf(size - Float(1.0)) * Float(1.4426950);
  let exponent = part * select(log2(size), near, abs(size - Float(1.0)) < Float(0.25));
  var root = exp2(clamp(exponent, Float(-150.0), Float(128.0)));
  root = select(root, Float(p.infinity), exponent >= Float(128.0));
  root = select(root, Float(0.0), exponent <= Float(-150.0));
  var result = product * select(root, Float(1.0), part == Float(0.0));
  let grows = (size > Float(1.0)) == (y > Float(0.0));
  let edge = (size == Float(0.0)) | (size == Float(p.infinity)) | (abs(y) == Float(p.infinity));
  result = select(result, select(Float(0.0), Float(p.infinity), grows), edge);
  result = select(result, Float(p.nan), isNegative(x) & fractional & !edge);
  result = select(result, -result, isNegative(x) & odd & !fractional);
  result = select(result, Float(1.0), (abs(y) == Float(p.infinity)) & (size == Float(1.0)));
  result = select(result, Float(p.nan), isNan(x) | isNan(y));
  return select(result, Float(1.0), ((y == Float(0.0)) & !isNan(y)) | ((x == Float(1.0)) & !isNan(x)));
}`,
}

const transcendental = {
  expOf: `fn expOf(x: Float) -> Float {
  return select(exp(x), x, isNan(x));
}`,
  expm1Of: `fn expm1Of(x: Float) -> Float {
  // Near zero the series: exp(x) - 1 would keep no digits of a small x.
  var near = Float(2.7557319e-6);
  near = fma(near, x, Float(2.4801587e-5));
  near = fma(near, x, Float(1.9841270e-4));
  near = fma(near, x, Float(1.3888889e-3));
  near = fma(near, x, Float(8.3333333e-3));
  near = fma(near, x, Float(4.1666667e-2));
  near = fma(near, x, Float(1.6666667e-1));
  near = fma(near, x, Float(0.5));
  near = fma(near, x, Float(1.0)) * x;
  return keepNan(select(exp(x) - Float(1.0), near, abs(x) < Float(0.5)), x);
}`,
  logOf: `fn logOf(x: Float) -> Float {
  let result = select(log(x), Float(p.nan), x < Float(0.0));
  return select(select(result, Float(-p.infinity), x == Float(0.0)), x, isNan(x) | (x == Float(p.infinity)));
}`,
  log1pOf: `fn log1pOf(x: Float) -> Float {
  // log(1 + x) = 2 artanh(x / (2 + x)), whose series keeps the digits of a small x.
  let s = x / (Float(2.0) + x);
  let z = s * s;
  var near = Float(0.076923077);
  near = fma(near, z, Float(0.090909091));
  near = fma(near, z, Float(0.11111111));
  near = fma(near, z, Float(0.14285714));
  near = fma(near, z, Float(0.2));
  near = fma(near, z, Float(0.33333333));
  near = fma(near * z, s, s) * Float(2.0);
  near = select(near, x, x == Float(0.0));
  return keepNan(select(logOf(Float(1.0) + x), near, (x > Float(-0.34)) & (x < Float(0.5))), x);
}`,
  sqrtOf: `fn sqrtOf(x: Float) -> Float {
  let result = select(sqrt(x), Float(p.nan), x < Float(0.0));
  return select(result, x, isNan(x) | (x == Float(0.0)) | (x == Float(p.infinity)));
}`,
  wave: `fn wave(x: Float, quarter: Int) -> Float {
  // Cephes' sinf and cosf (S. L. Moshier): quarter turns taken out with π/2 in three parts, then two polynomials.
  // WGSL's own sine promises nothing outside [-π, π].
  let turns = round(x * Float(0.63661977));
  var r = fma(turns, Float(-1.5703125), x);
  r = fma(turns, Float(-4.8375129e-4), r);
  r = clamp(fma(turns, Float(-7.5497899e-8), r), Float(-0.8), Float(0.8));
  let z = r * r;
  let sine = fma(fma(fma(Float(-1.9515296e-4), z, Float(8.3321609e-3)), z, Float(-1.6666655e-1)) * z, r, r);
  let cosine = fma(fma(fma(Float(2.4433157e-5), z, Float(-1.3887316e-3)), z, Float(4.1666646e-2)) * z, z,
    fma(Float(-0.5), z, Float(1.0)));
  let place = Int(turns) + quarter;
  let value = select(sine, cosine, (place & Int(1)) != Int(0));
  let signed = select(value, -value, (place & Int(2)) != Int(0));
  return select(signed, Float(p.nan), isNan(x) | (abs(x) == Float(p.infinity)));
}`,
  sinOf: `fn sinOf(x: Float) -> Float {
  return select(wave(x, Int(0)), x, x == Float(0.0));
}`,
  cosOf: `fn cosOf(x: Float) -> Float {
  return wave(x, Int(1));
}`,
  tanhOf: `fn tanhOf(x: Float) -> Float {
  let e = expm1Of(Float(2.0) * clamp(x, Float(-15.0), Float(15.0)));
  return keepNan(e / (e + Float(2.0)), x);
}`,
}

const integers = {
  floorDivideInt: `fn floorDivideInt(a: Int, b: Int) -> Int {
  let divisor = select(b, Int(1), b == Int(0));
  let quotient = a / divisor;
  let rest = a - quotient * divisor;
  let down = (rest != Int(0)) & ((rest < Int(0)) != (b < Int(0)));
  return select(quotient - select(Int(0), Int(1), down), Int(0), b == Int(0));
}`,
  remainderInt: `fn remainderInt(a: Int, b: Int) -> Int {
  let divisor = select(b, Int(1), b == Int(0));
  let rest = a - (a / divisor) * divisor;
  return select(rest, rest + b, (rest != Int(0)) & ((rest < Int(0)) != (b < Int(0))));
}`,
  divideUint: `fn divideUint(a: Uint, b: Uint) -> Uint {
  return select(a / max(b, Uint(1u)), Uint(0u), b == Uint(0u));
}`,
  powerUint: `fn powerUint(base: Uint, exponent: Uint) -> Uint {
  var square = base;
  var left = exponent;
  var product = Uint(1u);
  while (any(left != Uint(0u))) {
    product = select(product, product * square, (left & Uint(1u)) == Uint(1u));
    square = square * square;
    left = left >> Uint(1u);
  }
  return product;
}`,
  powerInt: `fn powerInt(base: Int, exponent: Int) -> Int {
  let whole = bitcast<Int>(powerUint(bitcast<Uint>(base), bitcast<Uint>(max(exponent, Int(0)))));
  let unit = select(Int(1), base, (exponent & Int(1)) == Int(1));
  let inverse = select(Int(0), unit, abs(base) == Int(1));
  return select(whole, inverse, exponent < Int(0));
}`,
  mulHighUint: `fn mulHighUint(a: Uint, b: Uint) -> Uint {
  let mask = Uint(0xffffu);
  let half = Uint(16u);
  let middle = (a >> half) * (b & mask) + (((a & mask) * (b & mask)) >> half);
  let carry = (a & mask) * (b >> half) + (middle & mask);
  return (a >> half) * (b >> half) + (middle >> half) + (carry >> half);
}`,
  mulHighInt: `fn mulHighInt(a: Int, b: Int) -> Int {
  let high = bitcast<Int>(mulHighUint(bitcast<Uint>(a), bitcast<Uint>(b)));
  return high - select(Int(0), b, a < Int(0)) - select(Int(0), a, b < Int(0));
}`,
  floatToInt: `fn floatToInt(x: Float) -> Int {
  let inside = Int(clamp(x, Float(-2147483648.0), Float(2147483520.0)));
  return select(select(inside, Int(2147483647), x >= Float(2147483648.0)), Int(0), isNan(x));
}`,
  floatToUint: `fn floatToUint(x: Float) -> Uint {
  let inside = Uint(clamp(x, Float(0.0), Float(4294967040.0)));
  return select(select(inside, Uint(4294967295u), x >= Float(4294967296.0)), Uint(0u), isNan(x));
}`,
  floatToByte: `fn floatToByte(x: Float) -> Uint {
  return select(Uint(clamp(x, Float(0.0), Float(255.0))), Uint(0u), isNan(x));
}`,
}

const helpers: { readonly [name: string]: string } = { ...numbers, ...transcendental, ...integers }

/** The helpers that `code` calls, and those they call, callees first. */
export function helpersFor(code: string): string {
  const found = new Set<string>()
  const visit = (text: string): void => {
    for (const [, name] of text.matchAll(/\b(\w+)\(/g)) {
      const helper = helpers[name!]
      if (helper === undefined || found.has(helper) || helper === text) continue
      visit(helper)
      found.add(helper)
    }
  }
  visit(code)
  return [...found].join('\n\n')
}
