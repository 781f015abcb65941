import os
import sys

sys.path.append(os.curdir)
from pelicanconf import *

SITEURL = 'https://phare.example'
RELATIVE_URLS = False
