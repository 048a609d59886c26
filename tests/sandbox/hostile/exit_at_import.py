# costs: module
# attack: ending the process: exits with status 0 at import
import os

os._exit(0)
