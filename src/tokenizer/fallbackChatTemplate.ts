/**
 * The chat template of a model that brings none (a plain language model): the role on its own line, then the text.
 *
 *     User:
 *     What was the change in revenue?
 *
 *     Assistant:
 *     <think>…</think><answer>…</answer><EOS>
 *
 * Headers end in a newline so that they keep their tokens whatever follows, and an answer ends with EOS so that it can be learned.
 */
export const fallbackChatTemplate = `{%- for message in messages -%}
{{- message.role | capitalize + ':\\n' -}}
{%- if message.role == 'assistant' -%}
{%- generation -%}{{- message.content + eos_token -}}{%- endgeneration -%}
{%- else -%}
{{- message.content -}}
{%- endif -%}
{{- '\\n\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- 'Assistant:\\n' -}}{%- endif -%}`
