import {
  type Code,
  type EmittedFunction,
  type FunctionBuilder,
  f64,
  i32,
  type Local,
  type ModuleBuilder,
  select,
} from '../emit/index.ts'

/**
 * Operators that go element by element, as functions of the module that calls them. They give what the functions of the
 * same names in ndarray's `cpu/numbers.ts` give.
 */
export class Scalars {
  private readonly module: ModuleBuilder
  private readonly made = new Map<string, EmittedFunction>()

  constructor(module: ModuleBuilder) {
    this.module = module
  }

  /** The function is defined where it is first named. */
  private define(
    name: string,
    type: 'f64' | 'i32',
    build: (f: FunctionBuilder, a: Local, b: Local) => void,
  ): EmittedFunction {
    let found = this.made.get(name)
    if (found === undefined) {
      found = this.module.function({ params: [type, type], results: [type] }, (f, a, b) => build(f, a!, b!))
      this.made.set(name, found)
    }
    return found
  }

  /** IEEE's remainder with the sign of `a`; exact. The quotient is found bit by bit. */
  private get truncatedRemainder(): EmittedFunction {
    return this.define('truncatedRemainder', 'f64', (f, a, b) => {
      const x = f.local('f64', f64.abs(a))
      const y = f.local('f64', f64.abs(b))
      f.if(i32.eqz(i32.and(f64.lt(x, f64.const(Infinity)), f64.gt(y, f64.const(0)))), () => f.return(f64.const(NaN)))
      f.if(f64.ne(y, y), () => f.return(y))
      f.if(f64.lt(x, y), () => f.return(a))
      const step = f.local('f64', y)
      f.while(
        () => f64.le(step, f64.sub(x, step)),
        () => f.set(step, f64.add(step, step)),
      )
      f.while(
        () => f64.ge(step, y),
        () => {
          f.if(f64.ge(x, step), () => f.set(x, f64.sub(x, step)))
          f.set(step, f64.mul(step, f64.const(0.5)))
        },
      )
      f.do(f64.copysign(x, a))
    })
  }

  get remainder(): EmittedFunction {
    const { truncatedRemainder } = this
    return this.define('remainder', 'f64', (f, a, b) => {
      const rest = f.local('f64', truncatedRemainder(a, b))
      f.if(f64.eq(rest, zero), () => f.return(f64.copysign(zero, b)))
      f.do(select(f64.add(rest, b), rest, i32.ne(f64.lt(b, zero), f64.lt(rest, zero))))
    })
  }

  get floorDivide(): EmittedFunction {
    const { truncatedRemainder } = this
    return this.define('floorDivide', 'f64', (f, a, b) => {
      f.if(f64.eq(b, zero), () => f.return(f64.div(a, b)))
      const rest = f.local('f64', truncatedRemainder(a, b))
      const quotient = f.local('f64', f64.div(f64.sub(a, rest), b))
      const crosses = i32.and(f64.ne(rest, zero), i32.ne(f64.lt(b, zero), f64.lt(rest, zero)))
      f.if(crosses, () => f.set(quotient, f64.sub(quotient, f64.const(1))))
      f.if(f64.eq(quotient, zero), () => f.return(f64.copysign(zero, f64.div(a, b))))
      const down = f.local('f64', f64.floor(quotient))
      f.do(select(f64.add(down, f64.const(1)), down, f64.gt(f64.sub(quotient, down), f64.const(0.5))))
    })
  }

  /** C's `pow`: JavaScript's own gives NaN for `1 ** NaN` and `(-1) ** Infinity`. */
  get power(): EmittedFunction {
    return this.define('power', 'f64', (f, a, b) => {
      const endless = i32.and(f64.eq(a, f64.const(-1)), f64.eq(f64.abs(b), f64.const(Infinity)))
      f.if(i32.or(f64.eq(a, f64.const(1)), endless), () => f.return(f64.const(1)))
      f.do(this.module.math('pow')(a, b))
    })
  }

  get floorDivideInteger(): EmittedFunction {
    return this.define('floorDivideInteger', 'i32', (f, a, b) => {
      f.if(i32.eqz(b), () => f.return(0))
      f.if(i32.eq(b, -1), () => f.return(i32.sub(0, a)))
      const rest = f.local('i32', i32.rem(a, b))
      f.do(i32.sub(i32.div(a, b), i32.and(i32.ne(rest, 0), i32.lt(i32.xor(rest, b), 0))))
    })
  }

  get remainderInteger(): EmittedFunction {
    return this.define('remainderInteger', 'i32', (f, a, b) => {
      f.if(i32.eqz(b), () => f.return(0))
      const rest = f.local('i32', i32.rem(a, b))
      const crosses = i32.and(i32.ne(rest, 0), i32.lt(i32.xor(rest, b), 0))
      f.do(select(i32.add(rest, b), rest, crosses))
    })
  }

  get divideUnsigned(): EmittedFunction {
    return this.define('divideUnsigned', 'i32', (f, a, b) => {
      f.if(i32.eqz(b), () => f.return(0))
      f.do(i32.divU(a, b))
    })
  }

  get remainderUnsigned(): EmittedFunction {
    return this.define('remainderUnsigned', 'i32', (f, a, b) => {
      f.if(i32.eqz(b), () => f.return(0))
      f.do(i32.remU(a, b))
    })
  }

  /** Modulo 2^32. */
  get powerUnsigned(): EmittedFunction {
    return this.define('powerUnsigned', 'i32', (f, a, b) => {
      const result = f.local('i32', 1)
      f.while(
        () => b,
        () => {
          f.if(i32.and(b, 1), () => f.set(result, i32.mul(result, a)))
          f.set(a, i32.mul(a, a))
          f.set(b, i32.shrU(b, 1))
        },
      )
      f.do(result)
    })
  }

  /** A negative exponent gives 0, except for the bases 1 and -1. */
  get powerInteger(): EmittedFunction {
    const { powerUnsigned } = this
    return this.define('powerInteger', 'i32', (f, a, b) => {
      f.if(i32.lt(b, 0), () => {
        const isUnit = i32.leU(i32.add(a, 1), 2)
        f.if(i32.eqz(i32.and(isUnit, i32.ne(a, 0))), () => f.return(0))
        f.set(b, i32.and(b, 1))
      })
      f.do(powerUnsigned(a, b))
    })
  }
}

const zero: Code = f64.const(0)
