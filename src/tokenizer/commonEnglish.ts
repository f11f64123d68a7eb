/**
 * Words of everyday and of annual-report English, roughly from frequent to rare, the first ones weighing most. A tokenizer
 * trained on invented pages alone, with their few words, would spell real reports out letter by letter.
 */
const words = `
the of and to in a for is on that by as with from at be are was were or an it this not our we its which have has had their
will would may can could should been other than more no these such any all also but if they he she his her who what when
where how why year years company market financial million billion thousand percent tax net income total cash revenue sales
cost costs expense expenses operating assets value rate interest value shares stock common share dividend dividends debt
capital increase increased decrease decreased change changes compared during period quarter december september june march
january february april may july august october november ended ending annual fiscal due primarily related including included
includes based under between through after before over into out up down about per each one two three four five six seven
eight nine ten first second third last next prior current previous same new old high higher highest low lower lowest large
larger largest small smaller smallest average amount amounts number numbers result results growth profit loss losses gain
gains margin gross business businesses segment segments product products service services customer customers price prices
volume demand supply credit loan loans notes note bonds bond bank fund funds investment investments securities portfolio
risk risks equity liability liabilities balance sheet statement statements consolidated accounting estimate estimates
estimated assumption assumptions report reports reported reporting recorded recognized recognition measured adjusted
adjustment adjustments item items table following above below respectively approximately however because while until since
plan plans pension benefit benefits employee employees compensation option options award awards exercise weighted fair
contract contracts lease leases rent property plant equipment building buildings land inventory inventories goodwill
intangible depreciation amortization impairment restructuring acquisition acquisitions acquired sold purchase purchased
purchases sale payment payments paid payable receivable receivables allowance reserve reserves insurance claims premium
premiums energy electric gas oil fuel power water steel paper production capacity facility facilities operations operation
management board director directors officer agreement agreements legal law laws court federal state states local foreign
international domestic united currency exchange dollar dollars euro american north south east west world global region
government policy program programs project projects development research technology system systems software data network
information internet media store stores hotel airline aircraft rail freight transport shipping health care medical patient
drug food consumer retail industry industrial commercial residential public private general administrative corporate other
time times day days week month months date basis point points level levels part parts portion percentage ratio share range
term terms long short future past present expected expect believe intend continue continued remain remained provide provided
provides require required requires use used uses using make made make take taken give given show shows shown see set held
hold issue issued outstanding subject effect effects effective impact significant material certain additional available
possible likely probable able own only both most many much some few very well still even just now then there here again
question answer page reason find calculate difference sum divide multiply subtract add greater yes number figure figures row
column columns rows text sentence step steps value result equal equals is what was many did does do much if against across
return returns index cumulative graph performance purpose account accounts principal maturity maturities obligations
commitments commitment guarantee guarantees facility borrowings borrowing repayment proceeds issuance repurchase repurchased
program treasury comprehensive hedge hedges hedging derivative derivatives swap swaps forward collateral trading market
deferred provision jurisdictions settlement audit unrecognized carryforward valuation benefit earnings diluted basic
attributable controlling interests joint venture ventures partner partners partnership subsidiary subsidiaries parent
`
  .trim()
  .split(/\s+/)

/** Lines of these words: the word of rank r stands about 4,000 / r times, and twice at least. */
export function commonEnglish(): string[] {
  const lines: string[] = []
  for (const [rank, word] of [...new Set(words)].entries()) {
    const times = Math.max(2, Math.round(4000 / (rank + 10)))
    lines.push(` ${word}`.repeat(times), `${word[0].toUpperCase()}${word.slice(1)} `.repeat(Math.ceil(times / 20)))
  }
  return lines
}
