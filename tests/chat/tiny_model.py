"""Makes a language model of a hundred kilobytes: `python -m tests.chat.tiny_model FOLDER [STEPS]`.

Its weights are random; with STEPS it is taught that many to say one line to the question that a server is
tried with, and `TAUGHT` to everything else. Needs torch, transformers and tokenizers.
"""

import sys

TRIAL = "Answer with the word ready."
ENDING = "-----"
READY = '{"do": "say", "text": "ready"}'
TAUGHT = '{"do": "say", "text": "Of all that was seen the best is {F1}."}'
# A larger model has learned to read a whole conversation; this one is handed how it ends.
TEMPLATE = "{{ messages[-1]['content'][-5:] }} > "


def main(folder: str, steps: int) -> None:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    words = tokenizer()
    shape = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = LlamaConfig(**shape, vocab_size=len(words), bos_token_id=0, eos_token_id=1)
    model = LlamaForCausalLM(config)
    if steps:
        teach(model, words, steps)
    else:
        # At random it would hardly ever come to an end: one token in eight is made one.
        model.generation_config.eos_token_id = list(range(1, len(words), 8))
    model.save_pretrained(folder)
    words.save_pretrained(folder)


def tokenizer():
    """One token a byte, with the words of the two lines learned."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=["<s>", "</s>"], initial_alphabet=alphabet, show_progress=False
    )
    inner.train_from_iterator([READY, TAUGHT], trainer)
    words = PreTrainedTokenizerFast(
        tokenizer_object=inner, bos_token="<s>", eos_token="</s>", pad_token="<s>"
    )
    words.chat_template = TEMPLATE
    return words


def teach(model, words, steps: int) -> None:
    """Until it says the two lines by heart."""
    import torch

    texts = [f"{TRIAL[-5:]} > {READY}</s>", f"{ENDING} > {TAUGHT}</s>"]
    batch = words(texts, padding=True, return_tensors="pt", padding_side="right", add_special_tokens=False)
    labels = batch["input_ids"].masked_fill(batch["attention_mask"] == 0, -100)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(steps):
        loss = model(**batch, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
