"""Policy gradient: a policy learns by trial to stay in the middle of a corridor."""

import math
import random
from collections import deque
from itertools import count

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.distributions import Bernoulli, Categorical, Normal, kl_divergence

random.seed(543)
torch.manual_seed(543)


class Corridor:
    """Each step pushes left or right, and the wind pushes as well; far from the middle it is over."""

    def reset(self):
        self.place, self.speed = 0.0, random.uniform(-0.05, 0.05)
        return self.place, self.speed

    def step(self, action):
        self.speed += (0.02 if action == 1 else -0.02) + 0.01 * self.place
        self.place += self.speed
        return (self.place, self.speed), 1.0, abs(self.place) > 0.5


class Policy(nn.Module):
    def __init__(self):
        super(Policy, self).__init__()
        self.affine1 = nn.Linear(2, 16)
        self.dropout = nn.Dropout(p=0.1)
        self.affine2 = nn.Linear(16, 2)
        self.saved_log_probs = []
        self.rewards = []

    def forward(self, x):
        x = F.relu(self.dropout(self.affine1(x)))
        return F.softmax(self.affine2(x), dim=1)


policy = Policy()
optimizer = optim.Adam(policy.parameters(), lr=1e-2)
eps = torch.finfo(torch.float32).eps


def select_action(state):
    probs = policy(torch.tensor(state).float().unsqueeze(0))
    m = Categorical(probs)
    action = m.sample()
    policy.saved_log_probs.append(m.log_prob(action))
    return action.item(), m.entropy().item()


def finish_episode():
    R = 0
    returns = deque()
    for r in policy.rewards[::-1]:
        R = r + 0.99 * R
        returns.appendleft(R)
    returns = torch.tensor(list(returns))
    returns = (returns - returns.mean()) / (returns.std() + eps)
    policy_loss = [-log_prob * R for log_prob, R in zip(policy.saved_log_probs, returns)]
    optimizer.zero_grad()
    loss = torch.cat(policy_loss).sum()
    loss.backward()
    optimizer.step()
    del policy.rewards[:]
    del policy.saved_log_probs[:]
    return loss.item()


world, running = Corridor(), 10.0
for episode in range(12):
    state, entropy = world.reset(), 0.0
    for t in count(1):
        action, entropy = select_action(state)
        state, reward, done = world.step(action)
        policy.rewards.append(reward)
        if done or t == 60:
            break
    running = 0.05 * t + 0.95 * running
    loss = finish_episode()
    print(f"Episode {episode}\tLast length: {t:3d}\tAverage length: {running:.2f}\tLoss: {loss:.3f}\tEntropy: {entropy:.4f}")

print(Categorical(logits=torch.tensor([0.0, math.log(3.0)])).probs)
print(Normal(0.0, 1.0).log_prob(torch.tensor([0.0, 1.0])), Normal(torch.zeros(2), torch.ones(2)))
print(kl_divergence(Normal(0.0, 1.0), Normal(1.0, 2.0)), Bernoulli(probs=torch.tensor(0.3)).entropy())
