/** One `A` for each operand that an equation names; any number where the equation is not a literal. */
export type Operands<E extends string, A> = string extends E
  ? readonly A[]
  : E extends `${infer Inputs}->${string}`
    ? OneEach<Inputs, A>
    : OneEach<E, A>

type OneEach<Inputs extends string, A> = Inputs extends `${string},${infer Rest}` ? [A, ...OneEach<Rest, A>] : [A]
