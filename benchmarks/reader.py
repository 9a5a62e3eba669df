"""Teach the model that reads to tell whether a window answers, and where.

    python -m benchmarks.reader SQUAD.json benchmarks/data/reading.jsonl --write WEIGHTS

The lower layers stay as they are and run once; the upper ones learn low-rank differences, with
three losses: whether the window answers, where the answer begins, and how far the base model's own
rating has moved. A fifth of the groups is held out, and reported on.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss
from transformers import BertConfig, BertForSequenceClassification

from benchmarks.reader_data import Example, add_strangers, read_invented, read_squad
from retrieval.reading.model import MOST_TOKENS
from retrieval.reading.weights import find_base, read_base

RANK = 16
FROZEN = 4
"""Lower layers that are not taught."""
KEEP, PLACE = 0.02, 0.3
"""Weights of the losses of the rating and of the place, against 1 for whether it answers."""


class LowRank(nn.Module):
    """A linear layer with a low-rank difference (Hu et al., 2021)."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(torch.randn(rank, base.in_features) / math.sqrt(base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add the difference's product to the layer's own."""
        return self.base(x) + (x @ self.down.T) @ self.up.T


@dataclass
class Student:
    """The base model with what it is taught: differences of layers, and two heads."""

    bert: BertForSequenceClassification
    layers: list[nn.Module]
    adapted: dict[str, LowRank]
    answers: nn.Linear
    starts: nn.Linear

    @classmethod
    def make(cls) -> Student:
        """Make one that knows what the base model knows."""
        weights = {name: torch.from_numpy(one) for name, one in read_base(find_base()).items()}
        config = BertConfig(
            hidden_size=384,
            num_hidden_layers=12,
            num_attention_heads=12,
            intermediate_size=1536,
            num_labels=1,
        )
        bert = BertForSequenceClassification(config).eval()
        bert.load_state_dict(weights)
        for parameter in bert.parameters():
            parameter.requires_grad = False
        adapted = {}
        modules = dict(bert.named_modules())
        for name, module in modules.items():
            deep = name.startswith("bert.encoder.layer.") and int(name.split(".")[3]) >= FROZEN
            if isinstance(module, nn.Linear) and (deep or "pooler" in name):
                parent, _, leaf = name.rpartition(".")
                adapted[name] = LowRank(module, RANK)
                setattr(modules[parent], leaf, adapted[name])
        answers, starts = nn.Linear(384, 1), nn.Linear(384, 1)
        with torch.no_grad():
            answers.weight.copy_(0.3 * weights["classifier.weight"])
            answers.bias.zero_()
            starts.weight.mul_(0.1)
        return cls(bert, list(bert.bert.encoder.layer), adapted, answers, starts)

    def load(self, file: Path) -> None:
        """Go on from what an earlier run wrote."""
        kept = {name: torch.from_numpy(one).float() for name, one in load_file(file).items()}
        with torch.no_grad():
            for name, layer in self.adapted.items():
                layer.down.copy_(kept[f"{name}.lora_a"])
                layer.up.copy_(kept[f"{name}.lora_b"])
            for name, head in (("answers", self.answers), ("starts", self.starts)):
                head.weight.copy_(kept[f"{name}.weight"])
                head.bias.copy_(kept[f"{name}.bias"])

    def parameters(self) -> list[nn.Parameter]:
        """What is taught."""
        taught = [one for layer in self.adapted.values() for one in (layer.down, layer.up)]
        return [*taught, *self.answers.parameters(), *self.starts.parameters()]

    def below(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Run the layers that stay as they are."""
        return self._run(
            self.bert.bert.embeddings(input_ids=ids, token_type_ids=types), mask, 0, FROZEN
        )

    def above(
        self, hidden: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Run the others: relevance and answers of each pair, and each token's start."""
        hidden = self._run(hidden, mask, FROZEN, 12)
        pooled = self.bert.bert.pooler(hidden)
        starts = self.starts(hidden)[:, :, 0]
        return self.bert.classifier(pooled)[:, 0], self.answers(pooled)[:, 0], starts

    def _run(self, hidden: torch.Tensor, mask: torch.Tensor, low: int, high: int) -> torch.Tensor:
        bias = (1.0 - mask[:, None, None, :]) * -1e4
        for layer in self.layers[low:high]:
            hidden = layer(hidden, bias.to(hidden.dtype))
            hidden = hidden[0] if isinstance(hidden, tuple) else hidden
        return hidden


@dataclass
class Ready:
    """An example after the frozen layers."""

    example: Example
    hidden: torch.Tensor
    segment: torch.Tensor
    place: int
    rating: float


def _prepare(student: Student, tokenizer, examples: Sequence[Example]) -> list[Ready]:
    encoded = [tokenizer.encode(one.question, one.text) for one in examples]
    order = sorted(range(len(examples)), key=lambda n: len(encoded[n].ids))
    ready: list[Ready | None] = [None] * len(examples)
    began = time.monotonic()
    with torch.inference_mode():
        for at in range(0, len(order), 16):
            part = order[at : at + 16]
            longest = max(len(encoded[n].ids) for n in part)
            ids, types, mask = torch.zeros(3, len(part), longest, dtype=torch.long)
            for row, n in enumerate(part):
                size = len(encoded[n].ids)
                ids[row, :size] = torch.tensor(encoded[n].ids)
                types[row, :size] = torch.tensor(encoded[n].type_ids)
                mask[row, :size] = 1
            with torch.autocast("cpu", torch.bfloat16):
                hidden = student.below(ids, types, mask.float())
                ratings = student.above(hidden, mask.float())[0].float().tolist()
            for row, n in enumerate(part):
                size = len(encoded[n].ids)
                start = examples[n].start
                place = -1
                if start is not None:
                    place = next(
                        (
                            token
                            for token, (a, b) in enumerate(encoded[n].offsets)
                            if encoded[n].type_ids[token] == 1 and a <= start < b
                        ),
                        -1,
                    )
                ready[n] = Ready(
                    examples[n],
                    hidden[row, :size].to(torch.bfloat16).clone(),
                    types[row, :size].clone(),
                    place,
                    ratings[row],
                )
            if at % 1600 == 0:
                print(f"  prepared {at} in {time.monotonic() - began:.0f} s", flush=True)
    return ready


def _batch(part: Sequence[Ready]):
    longest = max(len(one.hidden) for one in part)
    hidden = torch.zeros(len(part), longest, 384)
    mask = torch.zeros(len(part), longest)
    text = torch.zeros(len(part), longest)
    for row, one in enumerate(part):
        hidden[row, : len(one.hidden)] = one.hidden.float()
        mask[row, : len(one.hidden)] = 1
        text[row, : len(one.hidden)] = one.segment
    return hidden, mask, text


def _judge(student: Student, ready: Sequence[Ready]) -> str:
    order = sorted(range(len(ready)), key=lambda n: len(ready[n].hidden))
    ratings, sure, right = np.zeros(len(ready)), np.zeros(len(ready)), np.full(len(ready), np.nan)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(order), 16):
            part = order[at : at + 16]
            hidden, mask, text = _batch([ready[n] for n in part])
            one, two, starts = student.above(hidden, mask)
            ratings[part], sure[part] = one.float().numpy(), two.float().numpy()
            best = starts.float().masked_fill(text == 0, -1e4).argmax(1).tolist()
            for n, place in zip(part, best, strict=True):
                if ready[n].place >= 0:
                    right[n] = abs(ready[n].place - place) <= 2
    lines = []
    for source in ("squad", "invented", "all"):
        kept = [
            n
            for n, one in enumerate(ready)
            if (source == "all" or one.example.source.startswith((source, "stranger")))
        ]
        hard = [n for n in kept if _is_of(ready[n], source)]
        if len({ready[n].example.answers for n in hard}) < 2:
            continue
        truth = [ready[n].example.answers for n in hard]
        lines.append(
            f"{source}: {len(hard)} auroc {roc_auc_score(truth, sure[hard]):.3f} "
            f"(rating {roc_auc_score(truth, ratings[hard]):.3f}) "
            f"begins {np.nanmean(right[hard]):.3f}"
        )
    strangers = [n for n, one in enumerate(ready) if one.example.source == "stranger"]
    good = [n for n, one in enumerate(ready) if one.example.answers]
    if strangers and good:
        truth = [True] * len(good) + [False] * len(strangers)
        lines.append(f"strangers auroc {roc_auc_score(truth, sure[good + strangers]):.3f}")
    drift = np.mean(np.abs(ratings - [one.rating for one in ready]))
    return "; ".join([*lines, f"rating moved {drift:.2f}"])


def _is_of(one: Ready, source: str) -> bool:
    return source == "all" or one.example.source.startswith(source)


def _chunks(ready: Sequence[Ready], size: int, chance: random.Random) -> Iterator[list[Ready]]:
    order = list(range(len(ready)))
    chance.shuffle(order)
    chunks = []
    for at in range(0, len(order), size * 20):
        part = sorted(order[at : at + size * 20], key=lambda n: len(ready[n].hidden))
        chunks += [part[low : low + size] for low in range(0, len(part), size)]
    chance.shuffle(chunks)
    for part in chunks:
        yield [ready[n] for n in part]


@dataclass(frozen=True)
class Course:
    """How long and how fast to teach.

    Attributes:
        epochs: Times that each example is seen.
        rate: Highest learning rate; it rises over 50 steps and falls to nothing.
        size: Examples a step.
    """

    epochs: float
    rate: float
    size: int = 16


def _teach(
    student: Student, ready: Sequence[Ready], course: Course, *, look: Callable[[], None]
) -> None:
    parameters = student.parameters()
    optimiser = torch.optim.AdamW(parameters, lr=course.rate, weight_decay=0.01)
    steps, step, began = int(len(ready) * course.epochs / course.size), 0, time.monotonic()
    chance, sums = random.Random(1), np.zeros(3)  # noqa: S311 - no secret
    while step < steps:
        for part in _chunks(ready, course.size, chance):
            if step == steps:
                break
            for group in optimiser.param_groups:
                group["lr"] = course.rate * min(1, step / 50) * (1 - step / steps)
            losses = _losses(student, part)
            optimiser.zero_grad()
            torch.stack(losses).sum().backward()
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            step += 1
            sums += [loss.item() for loss in losses]
            if step % 50 == 0:
                spent = time.monotonic() - began
                print(f"  {step}/{steps} {np.round(sums / 50, 3)} {spent:.0f} s", flush=True)
                sums[:] = 0
            if step % 300 == 0:
                look()


def _losses(student: Student, part: Sequence[Ready]) -> list[torch.Tensor]:
    """Of telling whether the windows answer, and where, and of how far the ratings moved."""
    hidden, mask, text = _batch(part)
    with torch.autocast("cpu", torch.bfloat16):
        ratings, sure, starts = (one.float() for one in student.above(hidden, mask))
    truth = torch.tensor([float(one.example.answers) for one in part])
    answered = binary_cross_entropy_with_logits(sure, truth)
    places = torch.tensor([one.place for one in part])
    placed = places >= 0
    begun = starts.sum() * 0
    if placed.any():
        begun = cross_entropy(starts.masked_fill(text == 0, -1e4)[placed], places[placed])
    moved = mse_loss(ratings, torch.tensor([one.rating for one in part]))
    return [answered, PLACE * begun, KEEP * moved]


def main() -> None:
    """Teach, report, write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("squad", type=Path)
    parser.add_argument("invented", type=Path)
    parser.add_argument("--write", type=Path, required=True)
    parser.add_argument("--begin", type=Path, help="what an earlier run wrote, to go on from")
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--squad-most", type=int, default=4500)
    parser.add_argument("--test", type=float, default=0.1, help="share of the groups held out")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    taught, tested = _divide(_examples(args.squad, args.squad_most, args.invented), args.test)
    print(len(taught), "taught,", len(tested), "tested", flush=True)
    tokenizer = Tokenizer.from_file(str(find_base() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS, strategy="only_second")
    student = Student.make()
    judged = _prepare(student, tokenizer, tested)
    print("before:", _judge(student, judged), flush=True)
    ready = _prepare(student, tokenizer, taught)
    if args.begin:  # only now: the ratings to keep are the base model's
        student.load(args.begin)

    def look() -> None:
        print(_judge(student, judged), flush=True)
        _write(student, args.write)

    _teach(student, ready, Course(args.epochs, args.rate), look=look)
    look()


def _examples(squad: Path, most: int, invented: Path) -> list[Example]:
    examples = list(read_squad(squad))
    random.Random(5).shuffle(examples)  # noqa: S311 - no secret
    examples = [*examples[:most], *read_invented(invented)]
    return [*examples, *add_strangers(examples, 0.25, 3)]


def _divide(examples: Sequence[Example], share: float) -> tuple[list[Example], list[Example]]:
    """Hold some groups out; both parts in an order by chance, at most 900 to test."""
    groups = sorted({one.group for one in examples})
    random.Random(2).shuffle(groups)  # noqa: S311 - no secret
    out = set(groups[: round(share * len(groups))])
    parts: tuple[list[Example], list[Example]] = ([], [])
    for one in examples:
        parts[one.group in out].append(one)
    for rows in parts:
        random.Random(4).shuffle(rows)  # noqa: S311 - no secret
    return parts[0], parts[1][:900]


def _write(student: Student, file: Path) -> None:
    kept = {f"{name}.lora_a": one.down for name, one in student.adapted.items()}
    kept |= {f"{name}.lora_b": one.up for name, one in student.adapted.items()}
    for name, head in (("answers", student.answers), ("starts", student.starts)):
        kept |= {f"{name}.weight": head.weight, f"{name}.bias": head.bias}
    save_file({n: one.detach().numpy().astype(np.float16) for n, one in kept.items()}, file)


if __name__ == "__main__":
    main()
