/** The chat template of the tokenizers we train: every message is `<|role|>text<|eos|>`, and an answer is asked for by `<|assistant|>`. */
export const roleChatTemplate =
  "{% for message in messages %}{{ '<|' + message.role + '|>' + message.content + eos_token }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
