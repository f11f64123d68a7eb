"""Does one work of the benchmark with PyTorch, Transformers or TRL and prints one line of JSON.

usage: peer.py '{"kind": "sft", "config": {...}, "dtype": "fp32", "repetitions": 2, "threads": 2, "shapes": [...]}'

The works are those of measureWork.ts: weights are random, tokens too, and nothing ends before its length.
"""
import json
import os
import resource
import sys
import tempfile
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
import torch

spec = json.loads(sys.argv[1])
torch.set_num_threads(spec["threads"])
torch.manual_seed(1)
repetitions = spec["repetitions"]
weights_dtype = torch.bfloat16 if spec["dtype"] == "bf16" else torch.float32
autocast = torch.autocast("cpu", torch.bfloat16, enabled=spec["dtype"] == "bf16-autocast")


def make_model():
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.for_model(**spec["config"], bos_token_id=1, eos_token_id=2, pad_token_id=0)
    return AutoModelForCausalLM.from_config(config, dtype=torch.float32).to(weights_dtype)


def timed(work):
    """Seconds of each repetition of work(i) after the first."""
    seconds = []
    for i in range(repetitions + 1):
        began = time.perf_counter()
        work(i)
        seconds.append(time.perf_counter() - began)
    return seconds[1:]


def gemm():
    seconds, amounts = [], []
    for rows, inner, outer in spec["shapes"]:
        x, weight = torch.randn(rows, inner, dtype=weights_dtype), torch.randn(outer, inner, dtype=weights_dtype)
        best = float("inf")
        for _ in range(4 * repetitions + 1):
            began = time.perf_counter()
            torch.nn.functional.linear(x, weight)
            best = min(best, time.perf_counter() - began)
        seconds.append(best)
        amounts.append(2 * rows * inner * outer)
    return {"seconds": seconds, "amounts": amounts}


def sft():
    model = make_model().train()
    model.config.use_cache = False
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-6, fused=True)
    ids = torch.randint(3, model.config.vocab_size, (8, 256))

    def step(_):
        with autocast:
            loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    return {"seconds": timed(step), "amounts": [8 * 256]}


def sample():
    from transformers import GenerationConfig

    model = make_model().eval()
    how = GenerationConfig(
        max_new_tokens=64, min_new_tokens=64, do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
        num_return_sequences=8, pad_token_id=0, eos_token_id=2,
    )

    def generate(_):
        ids = torch.randint(3, model.config.vocab_size, (4, 256))
        with torch.no_grad(), autocast:
            out = model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), generation_config=how)
        assert out.shape == (32, 256 + 64)

    return {"seconds": timed(generate), "amounts": [32 * 64]}


def word_tokenizer(vocab_size):
    """Every word t3, t4, … is one token."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = {"[PAD]": 0, "[BOS]": 1, "[EOS]": 2, **{f"t{i}": i for i in range(3, vocab_size)}}
    inner = Tokenizer(models.WordLevel(words, unk_token="[PAD]"))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="[PAD]", bos_token="[BOS]", eos_token="[EOS]")


def grpo():
    from datasets import Dataset
    from transformers import TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    model = make_model()
    vocab_size = model.config.vocab_size
    tokenizer = word_tokenizer(vocab_size)
    prompts = [" ".join(f"t{i}" for i in torch.randint(3, vocab_size, (512,)).tolist()) for _ in range(2 * repetitions + 2)]
    assert len(tokenizer(prompts[0])["input_ids"]) == 512
    ends, sampling = [], []

    class Clock(TrainerCallback):
        def on_train_begin(self, *args, **kwargs):
            ends.append(time.perf_counter())

        def on_step_end(self, *args, **kwargs):
            ends.append(time.perf_counter())

    class Trainer(GRPOTrainer):
        def _generate_single_turn(self, *args, **kwargs):
            began = time.perf_counter()
            result = super()._generate_single_turn(*args, **kwargs)
            sampling.append(time.perf_counter() - began)
            assert all(len(completion) == 64 for completion in result[0])
            return result

        def log(self, *args, **kwargs):
            pass

    with tempfile.TemporaryDirectory() as folder:
        options = GRPOConfig(
            output_dir=folder, use_cpu=True, bf16=spec["dtype"] == "bf16-autocast", seed=0, learning_rate=1e-6, beta=0.0,
            per_device_train_batch_size=16, num_generations=8, max_completion_length=64, max_steps=repetitions + 1,
            generation_kwargs={"min_new_tokens": 64}, gradient_checkpointing=spec["checkpointing"],
            logging_steps=1, save_strategy="no", report_to="none", disable_tqdm=True,
        )
        trainer = Trainer(
            model=model, args=options, train_dataset=Dataset.from_dict({"prompt": prompts}), processing_class=tokenizer,
            reward_funcs=lambda completions, **_: [float(len(set(text.split()))) for text in completions],
            callbacks=[Clock()],
        )
        trainer.train()
    seconds = [after - before for before, after in zip(ends[1:], ends[2:])]
    sampled = sum(sampling[1:]) / repetitions
    parts = {"sample": sampled, "train": sum(seconds) / repetitions - sampled}
    return {"seconds": seconds, "amounts": [16 * 64], "parts": parts}


measure = {"gemm": gemm, "sft": sft, "sample": sample, "grpo": grpo}[spec["kind"]]()
measure["peakBytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
measure["with"] = f"torch {torch.__version__}, {torch.get_num_threads()} threads"
print(json.dumps(measure), flush=True)
