"""Read a folder and print the peak of memory in MB, in addition to that before."""

import re
import sys
from pathlib import Path

from PIL import Image

from skfashion.datasets import read_images


def memory(name):
    return int(re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024


Image.init()
before = memory("VmRSS")
read_images(sys.argv[1], image_size=28)
print((memory("VmHWM") - before) // 10**6)
