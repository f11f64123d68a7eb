/** What rules, prompts and parsers look for, to be repeated until it is long: each is somebody's worst case. */
export const longPatterns: readonly string[] = [
  ...['1', '１', '½', '.', '1,', 'a1 ', 'x 10^', '5 to ', '2009-', 'one hundred ', '万', 'divide(', 'a) '],
  ...['(', '{', '**', '"', '\\', '$', '|', ' ', '- ', '\u0301\u0323', '\u202e', '\ud800', '🧮'],
  ...['a and ', 'not ', 'yes ', 'sales rose ', '<answer>', '</answer>', '</think>', '\\boxed{', '\\boxed{1}'],
]
