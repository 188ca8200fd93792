"""Words as vectors: an n-gram model, a bag of embeddings that classifies, and which words are near each other."""

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

torch.manual_seed(1)
CONTEXT_SIZE, EMBEDDING_DIM = 2, 8
sentence = """a small cat sat on a warm mat and a small dog sat on a cold log the cat saw the dog and the dog saw
the cat then the cat ran and the dog ran and the mat was cold and the log was warm""".split()
ngrams = [([sentence[i - j - 1] for j in range(CONTEXT_SIZE)], sentence[i]) for i in range(CONTEXT_SIZE, len(sentence))]
print(ngrams[:3])
vocab = sorted(set(sentence))
word_to_ix = {word: i for i, word in enumerate(vocab)}


class NGramLanguageModeler(nn.Module):
    def __init__(self, vocab_size, embedding_dim, context_size):
        super(NGramLanguageModeler, self).__init__()
        self.embeddings = nn.Embedding(vocab_size, embedding_dim)
        self.linear1 = nn.Linear(context_size * embedding_dim, 32)
        self.linear2 = nn.Linear(32, vocab_size)

    def forward(self, inputs):
        embeds = self.embeddings(inputs).view((1, -1))
        out = F.relu(self.linear1(embeds))
        return F.log_softmax(self.linear2(out), dim=1)


losses = []
loss_function = nn.NLLLoss()
model = NGramLanguageModeler(len(vocab), EMBEDDING_DIM, CONTEXT_SIZE)
optimizer = optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    total_loss = 0
    for context, target in ngrams:
        context_idxs = torch.tensor([word_to_ix[w] for w in context], dtype=torch.long)
        model.zero_grad()
        log_probs = model(context_idxs)
        loss = loss_function(log_probs, torch.tensor([word_to_ix[target]], dtype=torch.long))
        loss.backward()
        optimizer.step()
        total_loss += loss.item()
    losses.append(round(total_loss, 3))
print(losses)
vectors = F.normalize(model.embeddings.weight.detach(), dim=1)
near = vectors @ vectors[word_to_ix["cat"]]
values, places = near.topk(3)
print([vocab[i] for i in places.tolist()], values)
print(nn.CosineSimilarity(dim=0)(vectors[0], vectors[1]).item() == F.cosine_similarity(vectors[0], vectors[1], dim=0).item())

texts = [(1, "the cat sat"), (0, "the log was cold"), (1, "a small cat ran and saw a dog"), (0, "mat was warm")]


def collate_batch(batch):
    labels, words, offsets = [], [], [0]
    for label, text in batch:
        labels.append(label)
        processed = torch.tensor([word_to_ix[word] for word in text.split()], dtype=torch.int64)
        words.append(processed)
        offsets.append(processed.size(0))
    return torch.tensor(labels), torch.cat(words), torch.tensor(offsets[:-1]).cumsum(dim=0)


bag = nn.EmbeddingBag(len(vocab), 6, mode="mean")
head = nn.Linear(6, 2)
optimizer = optim.Adam([*bag.parameters(), *head.parameters()], lr=0.1)
loader = torch.utils.data.DataLoader(texts, batch_size=4, shuffle=False, collate_fn=collate_batch)
for epoch in range(8):
    for label, text, offsets in loader:
        loss = F.cross_entropy(head(bag(text, offsets)), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
print(offsets, f"{loss.item():.4f}", head(bag(text, offsets)).argmax(1))
