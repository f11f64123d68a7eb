import { describe } from 'vitest'
import { ruleTable } from './ruleTable.js'

describe('writings of one number', () => {
  ruleTable('number', [
    ['1234567', '1,234,567', 'equal'],
    ['1234567.5', '1,234,567.50', 'equal'],
    ['1234567', '1 234 567', 'equal'],
    ['1234567', "1'234'567", 'equal'],
    ['1234567', '1.234.567', 'equal'],
    ['1234.56', '1.234,56', 'equal'],
    ['1234567', '12,34,567', 'equal'],
    ['0.455', '.455', 'equal'],
    ['5.0', '5.', 'equal'],
    ['5', '+5', 'equal'],
    ['5.0', '５', 'equal'],
    ['1200', '１，２００', 'equal'],
    ['1200000', '1.2e6', 'equal'],
    ['1200000', '1.2 × 10^6', 'equal'],
    ['1200000', '1.2 x 10⁶', 'equal'],
    ['0.0012', '1.2E-3', 'equal'],
    ['2.5', '2½', 'equal'],
    ['0.75', '3/4', 'equal'],
    ['2.5', '2 1/2', 'equal'],
    ['25', 'twenty-five', 'equal'],
    ['206000', 'two hundred and six thousand', 'equal'],
    ['407', 'The answer is 407.', 'equal'],
    ['407', 'approximately 407', 'equal'],
    ['407.0', '**407**', 'equal'],
    ['407.0', '\\boxed{407}', 'equal'],
    ['11736600', '$ 11736600.00 \\\\n', 'equal'],
    ['3,5', '3.5', 'open'],
    ['1234', '123.4', 'differ'],
    ['407', '704', 'differ'],
    ['407', '408', 'differ'],
    ['12345678901234567890', '12345678901234567891', 'open'],
    ['832.9', '832.9000000000001', 'equal'],
  ])
})

describe('scale words', () => {
  ruleTable('number', [
    ['5 million', '5,000,000', 'equal'],
    ['$5m', '$5 million', 'equal'],
    ['1.2 billion', '1,200 million', 'equal'],
    ['1.2bn', '1.2 billion', 'equal'],
    ['73576 thousand', '73,576,000', 'equal'],
    ['3.5万', '35000', 'equal'],
    ['1.2亿', '120 million', 'equal'],
    ['2万亿', '2 trillion', 'equal'],
    ['5k', '5000', 'equal'],
    ['3 lakh', '300,000', 'equal'],
    ['5 million', '5 billion', 'differ'],
    ['5 million', '6', 'differ'],
    ['103.7', '$103.7 million', 'open'],
    ['5 million', '5', 'open'],
    ['10-k', '10000', 'open'],
  ])
})

describe('rounding', () => {
  ruleTable('number', [
    ['2', '1.98', 'equal'],
    ['1.98', '2', 'equal'],
    ['0.34719', '0.347', 'equal'],
    ['0.347', '0.34719', 'equal'],
    ['0.34719', '0.35', 'equal'],
    ['0.34719', '0.34', 'differ'],
    ['0.125', '0.13', 'equal'],
    ['0.125', '0.12', 'equal'],
    ['1234', '1.2 thousand', 'equal'],
    ['1234', '1200', 'differ'],
    ['12.4', '12.5', 'differ'],
    ['0.55556', '1', 'open'],
    ['0.3', '0', 'differ'],
    ['0.004', '0%', 'differ'],
    ['0', '0.0', 'equal'],
    ['-0.4', '0.4', 'differ'],
    ['2.6', '3', 'open'],
  ])
})

describe('percent', () => {
  ruleTable('number', [
    ['0.98', '98%', 'equal'],
    ['98 %', '0.98', 'equal'],
    ['0.34719', '34.7%', 'equal'],
    ['0.34719', '34.7 percent', 'equal'],
    ['0.34719', '34.72 per cent', 'equal'],
    ['34.7%', '34.7 pct', 'equal'],
    ['14%', '14% ( 14 % )', 'equal'],
    ['0.5%', '50 basis points', 'equal'],
    ['0.005', '50bps', 'equal'],
    ['0.3%', '3‰', 'equal'],
    ['34.7%', '34.7% of revenue', 'equal'],
    ['5 percentage points', '5个百分点', 'equal'],
    ['98%', '9.8%', 'differ'],
    ['0.347', '34.7', 'differ'],
    ['50 basis points', '50%', 'differ'],
    ['34.7', '34.7%', 'open'],
    ['34.7%', '34.7', 'open'],
    ['5%', '5 percentage points', 'open'],
  ])
})

describe('signs and directions', () => {
  ruleTable('number', [
    ['-32', '(32)', 'equal'],
    ['-32.0', '−32', 'equal'],
    ['-32.0', 'minus 32', 'equal'],
    ['-32.0', 'negative $32', 'equal'],
    ['-32', '-32 ( 32 )', 'equal'],
    ['-32', '$ (32)', 'equal'],
    ['-32', '($32)', 'equal'],
    ['-32', '-$32', 'equal'],
    ['-0.034', '(3.4)%', 'equal'],
    ['-0.034', '(3.4%)', 'equal'],
    ['-19.4%', 'a decrease of 19.4%', 'equal'],
    ['-19.4%', 'decreased by 19.4%', 'equal'],
    ['-19.4%', '下降了19.4%', 'equal'],
    ['-19.4%', '19.4% decline', 'equal'],
    ['19.4%', 'an increase of 19.4%', 'equal'],
    ['19.4%', 'up 19.4%', 'equal'],
    ['-32', '32', 'differ'],
    ['32', '-32', 'differ'],
    ['-19.4%', 'an increase of 19.4%', 'differ'],
    ['19.4%', 'a decrease of 19.4%', 'open'],
    ['-32', '-32 ( 33 )', 'open'],
  ])
})

describe('units', () => {
  ruleTable('number', [
    ['5', '$5', 'equal'],
    ['$5', '5 dollars', 'equal'],
    ['$5', 'USD 5.00', 'equal'],
    ['€5', '5 euros', 'equal'],
    ['5 yuan', 'RMB 5', 'equal'],
    ['5 years', '5', 'equal'],
    ['5 years', '5 year', 'equal'],
    ['112', '112 stores created per year', 'equal'],
    ['1.5', '1.5x', 'equal'],
    ['$5', '€5', 'differ'],
    ['$5', '5%', 'differ'],
    ['5 years', '5 months', 'differ'],
    ['5 shares', '5%', 'differ'],
    ['5 shares', '5 million', 'differ'],
    ['5 shares', '5 years', 'differ'],
    ['$5', 'CAD 5', 'open'],
    ['$5', '5 shares', 'open'],
    ['5 stores', '5 shops', 'open'],
    ['5 stores', '6 shops', 'differ'],
    ['5 countries', '6 segments', 'differ'],
    ['5 mio', '5 million', 'equal'],
    ['$2 mrd', '$2 billion', 'equal'],
    ['5 million', '5 million shares outstanding', 'equal'],
    ['112', '112 employees of the company', 'equal'],
    ['5', 'more than 5', 'open'],
  ])
})

describe('words behind a number that turn it', () => {
  const turns = [
    ...["isn't right", 'unlikely', 'or wrong', 'maybe', 'six', 'dozen', 'score', 'factorial', 'squared', 'square'],
    ...[
      'thousandths',
      'trillionth',
      'sevenths',
      'halves',
      'gross dozen',
      'fewer',
      'short of the total',
      '六',
      '折',
      '成',
    ],
    ...['of what it was', 'too many', 'off', 'grand', 'times more', 'zeros', 'bogus stores', 'to the year'],
  ]
  ruleTable(
    'number',
    turns.map((turn) => ['5', `5 ${turn}`, 'open']),
  )
  ruleTable('number', [
    ['5', '５五', 'open'],
    ['1200', '1.2 grand', 'open'],
    ['25%', 'one quarter', 'open'],
    ['0.75', 'three quarters', 'open'],
    ['3 quarters', 'three quarters', 'open'],
    ['3 quarters', '3.0 quarters', 'equal'],
  ])
})
