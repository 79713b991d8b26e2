"""
Denoising with a convolutional autoencoder
==========================================

With ``noise=0.3``, the autoencoder gets noisy images and is compared with the clean ones. It learns to remove noise,
also of images that it has never seen.
"""

import matplotlib.pyplot as plt
import numpy as np

from skfashion import ConvAE, load_fashion_mnist_sample

X, _ = load_fashion_mnist_sample(return_X_y=True)
X_train, X_test = X[:3000].astype("float32") / 255, X[3000:3012].astype("float32") / 255

ae = ConvAE(32, noise=0.3, max_iter=12, tol=0, random_state=0).fit(X_train)

noisy = X_test + 0.3 * np.random.default_rng(0).standard_normal(X_test.shape).astype("float32")
clean = ae.inverse_transform(ae.transform(noisy))

# %%

fig, axes = plt.subplots(3, 12, figsize=(11, 3.1), layout="constrained")
for line, (name, images) in zip(axes, {"image": X_test, "with noise": noisy, "restored": clean}.items(), strict=True):
    for ax, image in zip(line, images, strict=True):
        ax.imshow(image.reshape(28, 28), cmap="gray_r", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    line[0].set_ylabel(name, rotation=0, ha="right", va="center")
plt.show()

for name, images in {"with noise": noisy, "restored": clean}.items():
    print(f"{name:11} mean squared error: {np.mean((images - X_test) ** 2):.3f}")
