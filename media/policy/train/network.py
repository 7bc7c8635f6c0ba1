"""The policy's forward pass by hand: what the library's does, cheap enough for one token of 64 rollouts at a time."""

import torch
import torch.nn.functional as F


class Network:
    """Reads the library model's own parameters, so that gradients and updates reach both."""

    def __init__(self, model):
        self.model = model
        config = model.config
        self.heads, self.shared, self.size = config.num_attention_heads, config.num_key_value_heads, config.head_dim
        base = model.model.rotary_emb
        angles = torch.arange(config.max_position_embeddings)[:, None] * base.inv_freq[None]
        angles = torch.cat([angles, angles], -1)
        self.cos, self.sin = angles.cos(), angles.sin()

    def layers(self):
        return self.model.model.layers

    def split(self, layer, x, cos, sin):
        attention = layer.self_attn
        rows, tokens, _ = x.shape
        shape = (rows, tokens, -1, self.size)
        query = attention.q_norm(attention.q_proj(x).view(shape))
        key = attention.k_norm(attention.k_proj(x).view(shape))
        value = attention.v_proj(x).view(shape)
        return turned(query, cos, sin).transpose(1, 2), turned(key, cos, sin).transpose(1, 2), value.transpose(1, 2)

    def finish(self, layer, x, mixed):
        rows, tokens = x.shape[:2]
        x = x + layer.self_attn.o_proj(mixed.transpose(1, 2).reshape(rows, tokens, -1))
        return x + layer.mlp(layer.post_attention_layernorm(x))

    def whole(self, ids, keep=None):
        """Logits of right-padded rows; with `keep`, a list that receives each layer's keys and values."""
        tokens = ids.shape[1]
        cos, sin = self.cos[:tokens, None], self.sin[:tokens, None]
        x = self.model.model.embed_tokens(ids)
        for layer in self.layers():
            query, key, value = self.split(layer, layer.input_layernorm(x), cos, sin)
            if keep is not None:
                keep.append((key, value))
            mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=True)
            x = self.finish(layer, x, mixed)
        return self.model.lm_head(self.model.model.norm(x))

    def one(self, ids, lengths, cache):
        """Logits after one more token a row, which stands at position `lengths` of that row."""
        rows = torch.arange(len(ids))
        end = int(lengths.max()) + 1
        visible = (torch.arange(end)[None] <= lengths[:, None])[:, None, None]
        cos, sin = self.cos[lengths][:, None, None], self.sin[lengths][:, None, None]
        x = self.model.model.embed_tokens(ids[:, None])
        for layer, (keys, values) in zip(self.layers(), cache):
            query, key, value = self.split(layer, layer.input_layernorm(x), cos, sin)
            keys[rows, :, lengths], values[rows, :, lengths] = key[:, :, 0], value[:, :, 0]
            mixed = self.attend(query, keys[:, :, :end], values[:, :, :end], visible)
            x = self.finish(layer, x, mixed)
        return self.model.lm_head(self.model.model.norm(x))[:, 0]

    def attend(self, query, keys, values, visible):
        rows, _, _, size = query.shape
        query = query.view(rows, self.shared, -1, size)
        scores = (query @ keys.transpose(2, 3)) * size**-0.5
        weights = scores.masked_fill(~visible, float("-inf")).softmax(-1)
        return (weights @ values).view(rows, self.heads, 1, size)


def turned(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin
