export type MatchOperator = '=' | '!=' | '=~' | '!~';

export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
  readonly matches: (value: string) => boolean;
}

export interface Selector {
  readonly kind: 'selector';
  readonly name: string | undefined;
  readonly matchers: readonly Matcher[];
  readonly offsetMs: number;
}

export interface Grouping {
  readonly mode: 'by' | 'without';
  readonly labels: readonly string[];
}

export interface VectorMatching {
  readonly mode: 'on' | 'ignoring';
  readonly labels: readonly string[];
  readonly group: 'none' | 'left' | 'right';
  /** Labels that the "one" side lends to the result. */
  readonly include: readonly string[];
}

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | Selector
  | { readonly kind: 'range'; readonly selector: Selector; readonly rangeMs: number }
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Expression[] }
  | {
      readonly kind: 'aggregate';
      /** As written: the same text over the same steps gives the same result. */
      readonly text: string;
      readonly operator: string;
      readonly parameter?: Expression;
      readonly inner: Expression;
      readonly grouping: Grouping;
    }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly asBoolean: boolean;
      readonly matching: VectorMatching;
    }
  | { readonly kind: 'negate'; readonly inner: Expression };

export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

/** As Prometheus words them in errors. */
export const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
};

export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'range':
      return 'matrix';
    case 'call':
      return expression.name === 'scalar' || expression.name === 'time' ? 'scalar' : 'vector';
    case 'binary':
      return typeOf(expression.left) === 'scalar' && typeOf(expression.right) === 'scalar'
        ? 'scalar'
        : 'vector';
    case 'negate':
      return typeOf(expression.inner);
    default:
      return 'vector';
  }
}
