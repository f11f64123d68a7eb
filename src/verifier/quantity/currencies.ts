/** How currencies are written, by ISO code in lower case; `$` is a dollar of no named country. */
export const currencies: ReadonlyMap<string, string> = new Map(
  Object.entries({
    $: ['$', 'dollar', 'dollars'],
    usd: ['usd', 'us$', 'us dollar', 'us dollars', 'u.s. dollar', 'u.s. dollars', '美元', '美金'],
    eur: ['eur', '€', 'euro', 'euros', '欧元'],
    gbp: ['gbp', '£', 'pound', 'pounds', 'pounds sterling', '英镑'],
    jpy: ['jpy', 'yen', '日元'],
    cny: ['cny', 'rmb', 'yuan', 'renminbi', '元', '人民币', '人民币元'],
    '¥': ['¥'],
    hkd: ['hkd', 'hk$', '港元', '港币'],
    cad: ['cad', 'c$', 'ca$', 'canadian dollars'],
    aud: ['aud', 'a$', 'au$', 'australian dollars'],
    sgd: ['sgd', 's$'],
    chf: ['chf', 'swiss francs'],
    inr: ['inr', '₹', 'rs', 'rs.', 'rupees', '卢比'],
    krw: ['krw', '₩', 'won', '韩元'],
    brl: ['brl', 'r$', 'reais'],
    sek: ['sek'],
    nok: ['nok'],
    dkk: ['dkk'],
    mxn: ['mxn', 'pesos'],
    ils: ['ils', '₪'],
    rub: ['rub', '₽', 'rubles'],
    twd: ['twd', 'nt$'],
  }).flatMap(([code, writings]) => writings.map((writing) => [writing, code])),
)

/** A sign that several currencies share, and which. */
export const sharedSigns: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['$', new Set(['usd', 'cad', 'aud', 'hkd', 'sgd', 'twd', 'mxn'])],
  ['¥', new Set(['jpy', 'cny'])],
])
