// The rooms' order (design): a room imports only from rooms to its left.
const order = [
  ['lib'],
  ['recipe', 'metrics'],
  ['finqa'],
  ['data', 'tokenizer'],
  ['ops'],
  ['model'],
  ['engine'],
  ['verifier'],
  ['rewards'],
  ['rollout', 'checkpoint'],
  ['sft', 'grpo', 'eval'],
  ['launch', 'serve'],
  ['cli'],
]
const all = order.flat()
const forbidden = order
  .flatMap((rooms, place) =>
    rooms.map((room) => {
      const allowed = [room, ...order.slice(0, place).flat()]
      const banned = all.filter((other) => !allowed.includes(other))
      return {
        name: `${room}-imports-leftward`,
        severity: 'error',
        comment: `${room} may import only from itself and the rooms to its left`,
        from: { path: `^src/${room}/` },
        to: { path: banned.map((other) => `^src/${other}/`) },
      }
    }),
  )
  .filter((rule) => rule.to.path.length > 0)

module.exports = {
  forbidden: [
    ...forbidden,
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'not-to-test', severity: 'error', from: { path: '^src' }, to: { path: '^test' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist' },
  },
}
