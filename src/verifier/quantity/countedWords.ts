const units =
  'second minute hour day week month quarter year decade mile kilometer kilometre meter metre foot feet acre hectare ' +
  'ounce ton tonne kilogram gallon liter litre barrel bushel megawatt mw mwh kwh gwh gigawatt ' +
  '年 个月 月 周 天 日 小时 分钟 秒 季度 股 家 人 名 员工 个 次 项 份 笔 台 辆 户 吨 公斤 公里 平方米'

const things =
  'share option unit warrant award right contract agreement lease loan note bond claim case patent order transaction ' +
  'shipment payment account policy deposit store shop restaurant hotel room branch office location site facility plant ' +
  'factory warehouse center centre building property house home well rig mine vehicle car truck train aircraft plane ' +
  'ship vessel bed machine product segment business subsidiary company firm bank investor country state city market ' +
  'people person employee worker associate director officer customer client subscriber user member holder shareholder ' +
  'stockholder participant supplier point item dividend'

const measures =
  'revenue sale income earning profit margin gain asset liability equity debt cash capital expense expenditure cost tax ' +
  'goodwill inventory receivable payable price value amount budget backlog portfolio stock rate'

const connecting =
  'of per a an the each for on from at during total net operating annual quarterly monthly average common ' +
  'preferred outstanding issued created opened closed owned sold fiscal full-time'

/** Words that may stand behind a number and leave it what it is, in the singular. */
export const countedWords: ReadonlySet<string> = new Set([units, things, measures, connecting].join(' ').split(' '))
