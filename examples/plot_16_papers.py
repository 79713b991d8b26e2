"""
The papers in one figure
========================

Every value that the five source papers publish about Fashion-MNIST, and what this package measures. The results are
those of the :doc:`reproduction </reproduction>`; ``skfashion reproduce all`` measures them again.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from skfashion.experiments import Results

here = next(p for p in (Path.cwd(), *Path.cwd().parents) if (p / "docs" / "reproduced").is_dir())
lines = [line for line in Results.read(here / "docs" / "reproduced").metrics() if line.published is not None]
lines = [line for line in lines if abs(line.published) <= 1]  # scores; counts and likelihoods have other units

# %%
# On the diagonal, the measured value is the published one. Bars go from the lowest to the highest seed. Rows that
# differ have their names.

fig, ax = plt.subplots(figsize=(7, 6.5), layout="constrained")
colors = dict(zip(sorted({line.metric for line in lines}), plt.get_cmap("tab10").colors, strict=False))
for line in lines:
    values = np.array(line.values)
    error = [[values.mean() - values.min()], [values.max() - values.mean()]]
    ax.errorbar(line.published, values.mean(), error, fmt="o", ms=6, alpha=0.8, color=colors[line.metric])
for metric, color in colors.items():
    ax.plot([], [], "o", color=color, label=metric.replace("_", " "))
ax.axline((0, 0), slope=1, color="#999999", lw=1, zorder=0)
for line in lines:
    if line.verdict == "differs":
        ax.annotate(line.row.name, (line.published, np.mean(line.values)), xytext=(7, -3), textcoords="offset points")
ax.set(xlabel="published", ylabel="measured", xlim=(0, 1), ylim=(0, 1), aspect="equal")
ax.spines[["top", "right"]].set_visible(False)
ax.legend(frameon=False, loc="lower right")
plt.show()
