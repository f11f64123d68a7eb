import { readdir } from 'node:fs/promises'

/** Weights, what they are, and how text becomes tokens: what else lies there changes no number. */
const counts = /(\.safetensors|^(adapter_)?config\.json|^tokenizer(_config)?\.json|^chat_template\.(jinja|json))$/

/** Names of the files of a Hugging Face directory that shape what the model says, sorted. */
export async function modelFiles(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((file) => counts.test(file)).sort()
}
