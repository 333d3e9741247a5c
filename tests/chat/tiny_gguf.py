"""Makes a language model of random weights for llama.cpp: `python -m tests.chat.tiny_gguf FILE SEED`.

It reads and writes bytes, is of 150 kilobytes, and fond of what ends an answer and of what a terminal obeys.
Needs gguf.
"""

import sys

import numpy as np

WIDTH, INNER, HEADS, LAYERS, CONTEXT = 32, 64, 2, 2, 32_768
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
WORDS = ["<unk>", "<s>", "</s>", *BYTES]
# At random it would hardly ever come to an end, close its JSON, or write an escape.
LOUD = ("</s>", *(f"<0x{byte:02X}>" for byte in b'",:}\\\x1b\x07'))
LOUDER = 3.0
TEMPLATE = "{{ messages[-1]['content'] }}"


def main(file: str, seed: int) -> None:
    from gguf import GGUFWriter, TokenType

    writer = GGUFWriter(file, "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(INNER)
    writer.add_block_count(LAYERS)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(WORDS)
    writer.add_token_scores([0.0] * len(WORDS))
    special = [TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL]
    writer.add_token_types([*special, *[TokenType.BYTE] * len(BYTES)])
    writer.add_chat_template(TEMPLATE)
    for name, values in weights(seed).items():
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def weights(seed: int) -> dict[str, np.ndarray]:
    """By their names in a file: matrices [out, in], norms [width]."""
    chance = np.random.default_rng(seed)

    def drawn(rows: int, columns: int) -> np.ndarray:
        return chance.normal(0, columns**-0.5, (rows, columns)).astype(np.float32)

    ones = np.ones(WIDTH, np.float32)
    made = {
        "token_embd.weight": drawn(len(WORDS), WIDTH),
        "output.weight": drawn(len(WORDS), WIDTH),
        "output_norm.weight": ones,
    }
    made["output.weight"][[WORDS.index(word) for word in LOUD]] *= LOUDER
    # After a byte that is part of no character the server reads all it wrote again and again, for minutes.
    made["output.weight"][WORDS.index("<0x80>") :] = 0
    for layer in range(LAYERS):
        block = {name: drawn(WIDTH, WIDTH) for name in ("attn_q", "attn_k", "attn_v", "attn_output")}
        block |= {"ffn_gate": drawn(INNER, WIDTH), "ffn_up": drawn(INNER, WIDTH)}
        block |= {"ffn_down": drawn(WIDTH, INNER), "attn_norm": ones, "ffn_norm": ones}
        made |= {f"blk.{layer}.{name}.weight": values for name, values in block.items()}
    return made


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
