/** FinQA's operators: six on two values, four on a table row. */
export const operators = [
  'add',
  'subtract',
  'multiply',
  'divide',
  'exp',
  'greater',
  'table_max',
  'table_min',
  'table_sum',
  'table_average',
] as const

export type Operator = (typeof operators)[number]
