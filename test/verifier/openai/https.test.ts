import { expect, test } from 'vitest'
import { fintune } from '../../helpers/fintune.js'
import { temporaryFolder } from '../../helpers/temporaryFolder.js'
import { withJudgeServer } from './judgeServer.js'
import { selfSignedCertificate } from './selfSignedCertificate.js'

const recipe = (url: string) => `version: 1
name: secure
model: {path: embedded}
data: {pages: {type: synthetic, examples: 4, seed: 1}}
verifier: {model: {type: openai, url: '${url}', model: judge, apiKeyEnv: JUDGE_KEY}}
stages: [{type: grpo, name: grpo, train: [pages], steps: 1}]
`

test('a judge over https whose certificate nobody vouches for is refused, whatever the environment says; with its authority named it is believed', async () => {
  const tls = selfSignedCertificate()
  await withJudgeServer(
    () => ({ reply: '\\boxed{1}' }),
    async (url, requests) => {
      const cwd = await temporaryFolder({ 'recipe.yaml': recipe(url), 'ca.pem': tls.cert })
      const explain = async (env: Record<string, string>) => {
        const args = ['verifier', 'explain', '--gold', 'revenue grew', '--answer', 'sales rose', '--json']
        const { code, stdout } = await fintune([...args, '--verifier', 'recipe.yaml'], {
          cwd,
          env: { JUDGE_KEY: 'secret-of-the-judge', ...env },
        })
        expect(code).toBe(0)
        return JSON.parse(stdout)
      }
      for (const env of [{}, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }] as Record<string, string>[]) {
        const { verdict, reason } = await explain(env)
        expect(verdict).toBe('unknown')
        expect(reason).toMatch(
          /^judge failed after 1 try: the endpoint's certificate is not trusted \(self-signed certificate.*\);.*NODE_EXTRA_CA_CERTS=ca\.pem$/,
        )
      }
      expect(requests).toEqual([]) // so nobody saw the key
      expect(await explain({ NODE_EXTRA_CA_CERTS: 'ca.pem' })).toMatchObject({ verdict: 'equivalent', decidedBy: 'model' }) // prettier-ignore
      expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer secret-of-the-judge'])
    },
    tls,
  )
})
